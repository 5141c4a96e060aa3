#!/usr/bin/env python3
"""Strikes bpsai-pair with faults, races and hostile agents, and checks that nothing is lost.

    run.py --pair PATH/TO/bpsai-pair [--only TEXT] [--point kill@7] [--jobs N] [--keep]

Ends with the line `N held, N failed`; exits 1 when one failed, or when nothing ran.
"""

import argparse
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True

import damage  # noqa: E402
import disk  # noqa: E402
import moments  # noqa: E402
import plans  # noqa: E402
import points  # noqa: E402
import race  # noqa: E402
from hostile import HOSTILE, judge  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402
from stage import Stage  # noqa: E402

from programs import program  # noqa: E402  (stage.py says where it lies)


def main():
    settings = arguments()
    scenarios = [scenario for scenario in SCENARIOS if settings.only in scenario.name]
    held, failed = points.strike_all(scenarios, settings.pair, settings.jobs, settings.keep, settings.point)
    cases = [] if settings.point else [case for case in all_cases() if settings.only in case[0]]
    with ThreadPoolExecutor(settings.jobs) as pool:
        for well in pool.map(lambda case: run(settings, *case), cases):
            held, failed = held + well, failed + (not well)
    for long, carry_out in ((plans, plans.run), (race, race.run), (moments, moments.run_all)):
        if not settings.point and settings.only in long.NAME:
            well = tell(long.NAME, lambda carry_out=carry_out: carry_out(settings.pair))
            held, failed = held + well, failed + (not well)
    print(f"{held} held, {failed} failed")
    sys.exit(1 if failed or not held else 0)


def all_cases():
    """Every case that is no point, by name: what it does with a stage."""
    for hostile in HOSTILE:
        yield f"an agent {hostile.name}", lambda stage, hostile=hostile: judge(hostile, stage)
    yield from damage.CASES.items()
    yield from disk.CASES.items()


def run(settings, name, case):
    """Plays one case on a stage of its own; returns whether all held."""
    stage = Stage(settings.pair)
    well = False
    try:
        well = tell(name, lambda: case(stage))
        return well
    finally:
        stage.close(settings.keep and not well)


def tell(name, act):
    """Does it, and prints how it ended; returns whether it ended well. It may say more, as a sentence."""
    start = time.monotonic()
    try:
        more = act()
    except Exception as error:
        trace = "" if isinstance(error, AssertionError) else traceback.format_exc()
        print(f"{name}: FAILED\n{error}\n{trace}", flush=True)
        return False
    seconds = time.monotonic() - start
    print(f"{name}: ok, {seconds:.1f} s{f'; {more}' if more else ''}", flush=True)
    return True


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--only", default="", metavar="TEXT", help="only what has TEXT in its name")
    parser.add_argument("--point", metavar="KIND@N", help="only this point of each scenario")
    parser.add_argument("--jobs", type=int, default=4, metavar="N", help="how many at once")
    parser.add_argument("--keep", action="store_true", help="keep the folders of what failed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
