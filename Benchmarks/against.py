#!/usr/bin/env python3
"""Times what people wait for, in this build and in an earlier one.

    Benchmarks/against.py PATH/TO/bpsai-pair --against PATH/TO/EARLIER [--rounds N]

`orchestrate --dry-run` of one task, `route --all` of two hundred, and a commit of a task with our hook. Each round
asks both builds, the one that begins taking turns, so that a drift of the machine's speed hits both; the medians of
the rounds and their ratio are what counts. Both start with what the other wrote being there, but for the hook, whose
queue grows: that has a repository for each.
"""

import argparse
import pathlib
import statistics
import tempfile

from peer import run_git, scratch_environment, seconds, write_tree

TASK = """---
id: TASK-{number}
title: {verb} the importer
type: feature
complexity: {complexity}
status: pending
sprint: sprint-6
---

# Objective

{verb} the importer, so that a scheduler can start it. Round {round}.

# Files to Create/Modify

- `part0/group{group}/file{number}.txt`

# Acceptance Criteria

- [ ] Errors end with a status that is not 0
"""
VERBS = ("Add", "Fix", "Design", "Refactor", "Document", "Remove")
STAND_IN = pathlib.Path(__file__).resolve().parent.parent / "Tests/Faults/stand-in"
TASKS = 200


def write_task(repository, number, attempt=0):
    folder = repository / ".paircoder/tasks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"TASK-{number}.task.md").write_text(TASK.format(
        number=number, round=attempt, verb=VERBS[number % len(VERBS)], complexity=number * 7 % 90,
        group=number // 100))


def make_repository(repository, environment):
    repository.mkdir()
    for number in range(TASKS):
        write_task(repository, number)
    (repository / ".paircoder/config.yaml").write_text("orchestrate:\n  hooks: queue\n")
    write_tree(repository, 2_000)
    for words in (["init", "--quiet"], ["config", "gc.auto", "0"], ["add", "--all"], ["commit", "--quiet", "-m", "begin"]):
        run_git(words, repository, environment)
    return repository


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--against", type=lambda path: pathlib.Path(path).resolve(), required=True)
    parser.add_argument("--rounds", type=int, default=25)
    settings = parser.parse_args()
    programs = {"now": settings.program, "before": settings.against}
    with tempfile.TemporaryDirectory(prefix="pair-against-") as name:
        folder = pathlib.Path(name)
        environment = scratch_environment(folder)
        (folder / "bin").mkdir()
        for agent in ("claude", "codex"):
            (folder / "bin" / agent).symlink_to(STAND_IN)
        environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
        shared = make_repository(folder / "shared", environment)
        hooked = {}
        for which, program in programs.items():
            hooked[which] = make_repository(folder / which, environment)
            seconds([program, "hooks", "install"], hooked[which], environment)

        def dry_run(which, _):
            return seconds([programs[which], "orchestrate", "--task", "TASK-25", "--dry-run"], shared, environment)

        def route_all(which, _):
            return seconds([programs[which], "route", "--all"], shared, environment)

        def commit(which, number):
            write_task(hooked[which], 25, number)
            run_git(["add", "--all"], hooked[which], environment)
            return seconds(["git", "commit", "--quiet", "-m", "task"], hooked[which], environment)

        for what, measure in (
            ("orchestrate --dry-run", dry_run), (f"route --all, {TASKS} tasks", route_all), ("commit of a task", commit),
        ):
            times = {which: [] for which in programs}
            for which in programs:
                measure(which, -1)  # warm-up, not counted
            for number in range(settings.rounds):
                for which in sorted(programs, reverse=number % 2 == 1):
                    times[which].append(measure(which, number + 1))
            now, before = (statistics.median(times[which]) * 1000 for which in ("now", "before"))
            print(f"{what:24} {now:7.1f} ms, before {before:7.1f} ms: {now / before:.2f} times")


if __name__ == "__main__":
    main()
