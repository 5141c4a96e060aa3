#!/usr/bin/env python3
"""Times `orchestrate --dry-run` on one task against the original PairCoder, whole process.

    Benchmarks/dry-run.py PATH/TO/bpsai-pair [--rounds N] [--original DIR]

The original is bpsai-pair 2.9.2 from PyPI, the last version whose routing is the one that this project
replaces; it is installed into a venv in DIR (default: .build/original) unless it is there. Both read the
same repository, one after the other in every round, so that a drift of the machine's speed hits both;
the medians and their ratio are what counts. `git diff-tree` is timed beside them as the floor.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

from peer import original_program, seconds

WANTED = 15  # times faster than the original, at least

TASK = """---
id: TASK-025
title: Headless mode for the importer
plan: plan-import
type: feature
priority: P1
complexity: 55
status: pending
sprint: sprint-6
tags: [import, cli]
---

# Objective

Let the importer run without a terminal, so that a scheduler can start it.

# Files to Create/Modify

- `src/importer/cli.py`
- `src/importer/headless.py`
- `tests/test_headless.py`

# Acceptance Criteria

- [ ] `importer --headless` asks nothing
- [ ] Errors end with a status that is not 0
"""


def make_repository(folder, environment):
    repository = folder / "repository"
    (repository / ".paircoder" / "tasks").mkdir(parents=True)
    (repository / ".paircoder" / "tasks" / "TASK-025.task.md").write_text(TASK)
    (repository / "src" / "importer").mkdir(parents=True)
    (repository / "src" / "importer" / "cli.py").write_text("print('hello')\n" * 200)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run(["git", *arguments], cwd=repository, env=environment, check=True)
    return repository


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--original", type=pathlib.Path, default=pathlib.Path(".build/original"))
    options = parser.parse_args()
    original = original_program(options.original.resolve())

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        environment = {
            "HOME": scratch, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb",
            "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
        }
        repository = make_repository(folder, environment)
        commands = {
            "bpsai-pair": [options.program.resolve(), "orchestrate", "--task", "TASK-025", "--dry-run"],
            "original": [original, "orchestrate", "task", "TASK-025", "--dry-run"],
            "git diff-tree": ["git", "diff-tree", "--quiet", "HEAD"],
        }
        times = {name: [] for name in commands}
        for command in commands.values():
            seconds(command, repository, environment)  # warm-up, not counted
        for _ in range(options.rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, repository, environment))

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"orchestrate --dry-run on one task, medians of {options.rounds} rounds, interleaved")
    for name, value in median.items():
        spread = f"{min(times[name]) * 1000:.1f} to {max(times[name]) * 1000:.1f}"
        print(f"  {name:14} {value * 1000:7.1f} ms   ({spread})")
    print(f"  the original takes {median['original'] / median['bpsai-pair']:.1f} times as long "
          f"(wanted: at least {WANTED})")


if __name__ == "__main__":
    main()
