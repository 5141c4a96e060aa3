#!/usr/bin/env python3
"""Runs bpsai-pair with the real agents against a stub model.

    run.py --pair PATH/TO/bpsai-pair --agents DIR/bin [--only PART-OF-A-NAME] [--keep]

Ends with the line `N passed, N failed`; exits 1 when one failed, or when it was stopped.
"""

import argparse
import signal
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import cases  # noqa: E402


def main():
    settings = arguments()
    cases.Settings.pair = settings.pair
    cases.Settings.agents = settings.agents
    cases.Settings.keep = settings.keep
    loader = unittest.TestLoader()
    if settings.only:
        loader.testNamePatterns = [f"*{settings.only}*"]
    # Asked to stop, finish the test at work: its clean-up ends what it started.
    unittest.installHandler()
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    suite = loader.loadTestsFromModule(cases)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    # A test can both fail and break in its clean-up.
    failed = {test.id() for test, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed or result.shouldStop or not result.testsRun else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--agents", type=Path, required=True, metavar="DIR", help="holds claude and codex")
    parser.add_argument("--only", metavar="TEXT", help="only the tests with TEXT in their name")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folders")
    settings = parser.parse_args()
    for name in ("claude", "codex"):
        program(settings.agents / name)
    return settings


def program(path):
    found = Path(path).resolve()
    if not found.is_file():
        raise SystemExit(f"run.py: there is no program at {path}")
    return found


if __name__ == "__main__":
    main()
