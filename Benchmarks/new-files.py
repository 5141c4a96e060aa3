#!/usr/bin/env python3
"""Times a whole run that makes many new files, against `git add` of as many.

    Benchmarks/new-files.py PATH/TO/bpsai-pair [--rounds N] [--files N]

The files are made beforehand, with other content in each round, and moved into the worktree in one step: what is timed
is what git and `orchestrate` make of them. Each round times both, and the run with half as many files, too: twice as
many may take a little more than twice as long, and not four times. The medians and their ratios are what counts.
"""

import argparse
import pathlib
import shutil
import statistics
import tempfile

from peer import run_git, scratch_environment, seconds
from subprocess import run

WANTED = 3.0  # times as long as git add, at most
TASK = """---
id: TASK-1
title: Add many files
type: feature
status: pending
---

```sh recipe
mv "$NEW_FILES" new
```
"""


def make_repository(folder, program, environment):
    (folder / ".paircoder" / "tasks").mkdir(parents=True)
    (folder / ".paircoder" / "tasks" / "TASK-1.task.md").write_text(TASK)
    run_git(["init", "--quiet"], folder, environment)
    run_git(["add", "--all"], folder, environment)
    run_git(["commit", "--quiet", "--message", "Start"], folder, environment)
    run([program, "trust", "TASK-1"], cwd=folder, env=environment, check=True, capture_output=True)
    return folder


def write_files(folder, count, mark):
    for number in range(count):
        if number % 1_000 == 0:
            (folder / str(number)).mkdir(parents=True)
        (folder / str(number - number % 1_000) / f"{number}.txt").write_text(f"{mark} {number}\n")
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=20_000)
    options = parser.parse_args()
    program = options.program.resolve()

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        environment = scratch_environment(folder)
        by_hand, ours, half = (
            make_repository(folder / name, program, environment) for name in ("by-hand", "ours", "half"))

        def git_add(mark):
            write_files(by_hand / "new", options.files, mark)
            time = seconds(["git", "add", "--all"], by_hand, environment)
            run_git(["rm", "-r", "--quiet", "--force", "new"], by_hand, environment)
            return time

        def orchestrate(repository, count, mark):
            files = write_files(folder / "ready", count, mark)
            return seconds(
                [program, "orchestrate", "--task", "TASK-1", "--again"], repository,
                environment | {"NEW_FILES": str(files)})

        measures = {
            "git add": git_add,
            "a run": lambda mark: orchestrate(ours, options.files, mark),
            "a run with half": lambda mark: orchestrate(half, options.files // 2, mark),
        }
        times = {name: [] for name in measures}
        for number in range(options.rounds):
            for name, measure in measures.items():
                times[name].append(measure(f"{name} {number}"))
        shutil.rmtree(folder / "ready", ignore_errors=True)

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"{options.files:,} new files, medians of {options.rounds} rounds, interleaved")
    for name, value in median.items():
        spread = f"{min(times[name]):.2f} to {max(times[name]):.2f}"
        print(f"  {name:16} {value:7.2f} s   ({spread})")
    print(f"  a run: {median['a run'] / median['git add']:.2f} times git add (wanted: at most {WANTED}), "
          f"{median['a run'] / median['a run with half']:.2f} times a run with half as many")


if __name__ == "__main__":
    main()
