#!/usr/bin/env python3
"""Times a whole run whose agent returns at once, in a 1,000-file repository, against the same by hand.

    Benchmarks/run-overhead.py PATH/TO/bpsai-pair [--rounds N] [--files N]

By hand: `git worktree add`, the one line that the agent runs, `git add`, `git commit`, `git worktree remove`.
Ours: `orchestrate --task`, the whole process, once with a pool of worktrees and once without. All take turns
in every round; the medians and their ratios are what counts.
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile

from peer import run_git, scratch_environment, seconds, write_tree

WANTED = {"without a pool": 3.0, "with a pool": 1.0}  # times as long as by hand, at most

TASK = """---
id: TASK-1
title: Write a greeting
type: feature
status: pending
---

```sh recipe
echo hello > hello.txt
```
"""

BY_HAND = """
git worktree add --detach --quiet "$0" HEAD && cd "$0" && echo hello > hello.txt &&
git add --all && git commit --quiet --message "Write a greeting" && cd .. && git -C "$1" worktree remove --force "$0"
"""


def make_repository(folder, program, files, pool, environment):
    write_tree(folder, files)
    (folder / ".paircoder" / "tasks").mkdir(parents=True)
    (folder / ".paircoder" / "tasks" / "TASK-1.task.md").write_text(TASK)
    (folder / ".paircoder" / "config.yaml").write_text(f"orchestrate:\n  worktrees: {{pool: {pool}}}\n")
    run_git(["init", "--quiet"], folder, environment)
    run_git(["add", "--all"], folder, environment)
    run_git(["commit", "--quiet", "--message", "Start"], folder, environment)
    subprocess.run([program, "trust", "TASK-1"], cwd=folder, env=environment, check=True, capture_output=True)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--files", type=int, default=1_000)
    options = parser.parse_args()
    program = options.program.resolve()

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        environment = scratch_environment(folder)
        run = [program, "orchestrate", "--task", "TASK-1", "--again"]
        other, pooled, single = (
            make_repository(folder / name, program, options.files, pool, environment)
            for name, pool in (("by-hand", 0), ("pooled", 2), ("single", 0)))
        commands = {
            "by hand": (["sh", "-c", BY_HAND, str(folder / "other"), str(other)], other),
            "without a pool": (run, single),
            "with a pool": (run, pooled),
        }
        times = {name: [] for name in commands}
        for command, repository in commands.values():
            seconds(command, repository, environment)  # warm-up, not counted
        for _ in range(options.rounds):
            for name, (command, repository) in commands.items():
                times[name].append(seconds(command, repository, environment))

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"a run whose agent returns at once, {options.files:,} files, medians of {options.rounds} rounds, interleaved")
    for name, value in median.items():
        spread = f"{min(times[name]) * 1000:.1f} to {max(times[name]) * 1000:.1f}"
        wanted = f"{value / median['by hand']:.2f} times (wanted: at most {WANTED[name]})" if name in WANTED else ""
        print(f"  {name:16} {value * 1000:7.1f} ms   ({spread})  {wanted}")


if __name__ == "__main__":
    main()
