#!/usr/bin/env python3
"""Strikes bpsai-pair with faults, races and hostile agents, and checks that nothing is lost.

    run.py --pair PATH/TO/bpsai-pair [--only TEXT] [--point kill@7] [--jobs N] [--keep]

Ends with the line `N held, N failed`; exits 1 when one failed, or when nothing ran.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import points  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402


def main():
    settings = arguments()
    scenarios = [scenario for scenario in SCENARIOS if settings.only in scenario.name]
    held, failed = points.strike_all(scenarios, settings.pair, settings.jobs, settings.keep, settings.point)
    print(f"{held} held, {failed} failed")
    sys.exit(1 if failed or not held else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--only", default="", metavar="TEXT", help="only what has TEXT in its name")
    parser.add_argument("--point", metavar="KIND@N", help="only this point of each scenario")
    parser.add_argument("--jobs", type=int, default=4, metavar="N", help="how many at once")
    parser.add_argument("--keep", action="store_true", help="keep the folders of what failed")
    return parser.parse_args()


def program(path):
    found = Path(path).resolve()
    if not found.is_file():
        raise SystemExit(f"run.py: there is no program at {path}")
    return found


if __name__ == "__main__":
    main()
