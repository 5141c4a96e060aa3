#!/usr/bin/env python3
"""Proves bpsai-pair's hooks with real git, real pushes and real hook managers.

    run.py --pair PATH/TO/bpsai-pair [--git PATH/TO/git] [--managers DIR/bin] [--only TEXT] [--list] [--keep]

Ends with the line `N held, N failed`, and `N skipped` where a tool is missing; exits 1 when one failed, or when
nothing ran.
"""

import argparse
import shutil
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import arrivals  # noqa: E402
import commits  # noqa: E402
import crowd  # noqa: E402
import detaching  # noqa: E402
import installing  # noqa: E402
import managers  # noqa: E402
import merges  # noqa: E402
import options  # noqa: E402
import picks  # noqa: E402
import places  # noqa: E402
import rebases  # noqa: E402
import recursion  # noqa: E402
import server  # noqa: E402
import shapes  # noqa: E402
from case import Skip  # noqa: E402

from programs import program  # noqa: E402  (place.py says where it lies)

TOPICS = (
    commits, merges, rebases, picks, places, options, crowd, arrivals, installing, managers, shapes, server, recursion,
    detaching,
)  # fmt: skip
HELD, FAILED, SKIPPED = "held", "failed", "skipped"


def main():
    settings = arguments()
    cases = [case for topic in TOPICS for case in topic.CASES if settings.only in case.name]
    if settings.list:
        print("\n".join(case.name for case in cases))
        return
    with ThreadPoolExecutor(settings.jobs) as pool:
        ends = list(pool.map(lambda case: run(settings, case), cases))
    counts = {end: ends.count(end) for end in (HELD, FAILED, SKIPPED)}
    print(", ".join(f"{count} {end}" for end, count in counts.items() if count or end != SKIPPED))
    sys.exit(1 if counts[FAILED] or not counts[HELD] else 0)


def run(settings, case):
    """Plays a case and tells how it ended; a case may say more, as a sentence."""
    start = time.monotonic()
    try:
        more = case.act(settings)
    except Skip as reason:
        print(f"{case.name}: SKIPPED, {reason}", flush=True)
        return SKIPPED
    except Exception as error:
        trace = "" if isinstance(error, AssertionError) else traceback.format_exc()
        print(f"{case.name}: FAILED\n{error}\n{trace}", flush=True)
        return FAILED
    print(f"{case.name}: ok, {time.monotonic() - start:.1f} s{f'; {more}' if more else ''}", flush=True)
    return HELD


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--git", type=program, default=shutil.which("git"), metavar="PROGRAM")
    parser.add_argument("--managers", type=Path, metavar="DIR", help="holds pre-commit and lefthook")
    parser.add_argument("--only", default="", metavar="TEXT", help="only what has TEXT in its name")
    parser.add_argument("--list", action="store_true", help="print the names of the cases")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folders")
    return parser.parse_args()


if __name__ == "__main__":
    main()
