#!/usr/bin/env python3
"""Runs bpsai-pair with the real agents against a stub model.

    run.py --pair PATH/TO/bpsai-pair --agents DIR/bin [--wall WALL] [--only PART-OF-A-NAME] [--keep]

Ends with the line `N passed, N failed`, and `N skipped` where a tool is missing; exits 1 when one failed,
when a process was left running, or when it was stopped.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from cases import (  # noqa: E402
    answers, commands, costs, endings, failures, handoffs, hostile, modes, results, reviews, sessions,
    set_ups, workflows,
)
from cases.case import Settings  # noqa: E402
from ground import WALLS, Ground  # noqa: E402
from programs import adopt_orphans, kill, processes_after_grace, program  # noqa: E402

TOPICS = (results, answers, modes, failures, endings, handoffs, sessions, reviews, costs, set_ups,
          commands, workflows, hostile)


def main():
    settings = arguments()
    Settings.pair = settings.pair
    Settings.agents = settings.agents
    Settings.keep = settings.keep
    Ground.wall = settings.wall
    loader = unittest.TestLoader()
    if settings.only:
        loader.testNamePatterns = [f"*{settings.only}*"]
    adopt_orphans()
    # Asked to stop, finish the test at work: its clean-up ends what it started.
    unittest.installHandler()
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    # All scratch folders lie in one, which tells what came out of any of them.
    tempfile.tempdir = place = tempfile.mkdtemp(prefix="pair-end-to-end-")
    suite = unittest.TestSuite(map(loader.loadTestsFromModule, TOPICS))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    left = processes_after_grace(place)
    kill(left)
    if not settings.keep:
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(summary(result, left))


def summary(result, left):
    """Prints how it went; returns the exit status."""
    for test, reason in result.skipped:
        print(f"SKIPPED {test.id()}: {reason}")
    for pid, line in left.items():
        print(f"LEFT RUNNING {pid}: {line}")
    # A test can both fail and break in its clean-up.
    failed = {test.id() for test, _ in result.failures + result.errors}
    skipped = {test.id() for test, _ in result.skipped}
    passed = result.testsRun - len(failed | skipped)
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(skipped)} skipped" if skipped else ""))
    return 1 if failed or left or result.shouldStop or not result.testsRun else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--agents", type=Path, required=True, metavar="DIR", help="holds claude and codex")
    parser.add_argument("--wall", choices=WALLS, help="around the agents; without it, the strongest that there is")
    parser.add_argument("--only", metavar="TEXT", help="only the tests with TEXT in their name")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folders")
    settings = parser.parse_args()
    for name in ("claude", "codex"):
        program(settings.agents / name)
    return settings


if __name__ == "__main__":
    main()
