#!/usr/bin/env python3
"""Times how long a run waits for its worktree in a 20,000-file repository, against `git worktree add`.

    Benchmarks/worktree-pool.py PATH/TO/bpsai-pair [--rounds N] [--files N]

The run's worktree comes from the pool. Its time is that between two steps that the program announces with
BPSAI_PAIR_TRACE=1: the claim is in the log, the start is. Before every round the base moves by 20 files, or
stays; `git worktree add` of the same commit is timed in the same round, so that a drift of the machine's
speed hits both. The medians and their ratio are what counts.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from peer import scratch_environment, run_git, write_tree

WANTED = 0.25  # of `git worktree add`, at most

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


def acquire(program, repository, environment):
    """Seconds from the claim to the start of one run."""
    process = subprocess.Popen(
        [program, "orchestrate", "--task", "TASK-1", "--again"], cwd=repository, text=True, bufsize=1,
        env=environment | {"BPSAI_PAIR_TRACE": "1"}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    claimed = started = None
    lines = []
    for line in process.stderr:
        now = time.perf_counter()
        lines.append(line)
        if line.startswith("[effect] logAppend TASK-1 claimed"):
            claimed = now
        elif line.startswith("[effect] logAppend TASK-1 started"):
            started = now
    if process.wait() != 0 or claimed is None or started is None:
        sys.exit(f"the run ended with status {process.returncode}:\n{''.join(lines)}")
    return started - claimed, any(" worktree add " in line for line in lines)


def worktree_add(repository, environment, path):
    start = time.perf_counter()
    run_git(["worktree", "add", "--detach", "--quiet", path, "HEAD"], repository, environment)
    elapsed = time.perf_counter() - start
    run_git(["worktree", "remove", "--force", path], repository, environment)
    return elapsed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=int, default=20_000)
    options = parser.parse_args()
    program = options.program.resolve()

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        environment = scratch_environment(folder)
        repository = folder / "repository"
        names = write_tree(repository, options.files)
        (repository / ".paircoder" / "tasks").mkdir(parents=True)
        (repository / ".paircoder" / "tasks" / "TASK-1.task.md").write_text(TASK)
        run_git(["init", "--quiet"], repository, environment)
        run_git(["add", "--all"], repository, environment)
        run_git(["commit", "--quiet", "--message", "Start"], repository, environment)
        subprocess.run([program, "trust", "TASK-1"], cwd=repository, env=environment, check=True,
                       capture_output=True)
        acquire(program, repository, environment)  # makes the worktree; not counted
        times = {"git worktree add": [], "from the pool": [], "from the pool, 20 files on": []}
        for number in range(options.rounds):
            for name in ("from the pool", "from the pool, 20 files on"):
                if name != "from the pool":
                    for index in range(20):
                        with (repository / names[(number * 997 + index * 131) % len(names)]).open("a") as file:
                            file.write(f"round {number}\n")
                    run_git(["commit", "--quiet", "--all", "--message", "Go on"], repository, environment)
                times["git worktree add"].append(worktree_add(repository, environment, str(folder / "other")))
                elapsed, is_new = acquire(program, repository, environment)
                if is_new:
                    sys.exit("a new worktree was made: the pool had none that could be used")
                times[name].append(elapsed)

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"a worktree of {options.files:,} files, medians of {options.rounds} rounds, interleaved")
    for name, value in median.items():
        spread = f"{min(times[name]) * 1000:.0f} to {max(times[name]) * 1000:.0f}"
        ratio = f"{value / median['git worktree add']:.2f} of git's" if name.startswith("from") else ""
        print(f"  {name:28} {value * 1000:7.1f} ms   ({spread})  {ratio}")
    print(f"  (wanted: at most {WANTED} of git's)")


if __name__ == "__main__":
    main()
