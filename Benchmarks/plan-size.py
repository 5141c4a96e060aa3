#!/usr/bin/env python3
"""How long a dry run of a large plan takes, and whether that grows with the plan or with its square.

    Benchmarks/plan-size.py PATH/TO/bpsai-pair [--against PATH/TO/ANOTHER/bpsai-pair] [--seed N]

Two plans: one of tasks that declare many files each, one of tasks that depend on many others each. Each is measured at
its half and at its whole size. With --against another build makes the same dry run: its time as a ratio, and whether
both plan the same.
"""

import argparse
import json
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile

from peer import run_git, scratch_environment

# Four times as long for twice as many tasks is what comparing each with each takes.
LIMIT = 3.0
REPETITIONS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--against", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=13)
    settings = parser.parse_args()
    other = settings.against.resolve() if settings.against else None
    kinds = [("300 tasks of 20 files", 300, files), ("1500 tasks of 30 dependencies", 1500, dependencies)]
    results = [measure(settings.program.resolve(), other, *kind, settings.seed) for kind in kinds]
    if not all(results):
        sys.exit(1)


def files(number, generator):
    """Fields of the head and lines of the text: most files are the task's own; others are a folder, a glob, shared."""
    module = f"src/module{number // 10}/part{number}"
    paths = [f"{module}/file{index}.py" for index in range(17)]
    paths += [f"{module}/tests/", f"{module}/*.md", f"src/module{number // 10}/shared{generator.randrange(40)}.py"]
    return [], ["## Files to Modify", "", *(f"- `{path}`" for path in paths)]


def dependencies(number, generator):
    """The same for dependencies on tasks before it."""
    before = range(max(0, number - 200), number)
    names = [f"T{other}" for other in generator.sample(before, min(30, len(before)))]
    return [f"depends_on: [{', '.join(names)}]"], []


def measure(program, other, name, count, kind, seed):
    """Prints a line; returns whether all is as wanted."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pair-size-"))
    try:
        half = make_repository(folder / "half", count // 2, kind, random.Random(seed))
        whole = make_repository(folder / "whole", count, kind, random.Random(seed))
        (short, _), (long, schedule) = dry_run(program, *half), dry_run(program, *whole)
        line = f"{name}: {long:.2f} s, {long / short:.1f} times that of half of them (wanted: at most {LIMIT})"
        is_same = True
        if other:
            time_of_other, schedule_of_other = dry_run(other, *whole)
            is_same = agree(schedule, schedule_of_other)
            line += f"; {long / time_of_other:.3f} of the other's {time_of_other:.2f} s"
            line += f", and the schedule {'is' if is_same else 'IS NOT'} the same"
        print(line, flush=True)
        return long / short <= LIMIT and is_same
    finally:
        shutil.rmtree(folder)


def dry_run(program, repository, environment):
    """The least processor time of some runs in seconds, whatever else the machine does, and what is planned."""
    command = [program, "orchestrate", "--plan", "bench", "--dry-run", "--json", "--parallel", "4"]
    times = []
    while len(times) < REPETITIONS and sum(times) < 20:
        start = time_of_children()
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)
        times.append(time_of_children() - start)
        if not done.stdout:
            sys.exit(f"status {done.returncode}\n{done.stderr}")
    plan = json.loads(done.stdout)
    plan.pop("decisions")  # They hold the time.
    return min(times), plan


def agree(one, other):
    """Whether two builds say the same; a field that only one of them knows says nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(agree(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(agree, one, other))
    return one == other


def time_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make_repository(folder, count, kind, generator):
    environment = scratch_environment(folder)
    repository = folder / "repository"
    tasks = repository / ".paircoder" / "tasks"
    for needed in (tasks, folder / "bin"):
        needed.mkdir(parents=True)
    for number in range(count):
        fields, lines = kind(number, generator)
        head = [f"id: T{number}", f"title: Part {number}", "type: feature", "status: pending", "sprint: bench"]
        text = ["---", *head, *fields, "---", "", "Write it.", "", *lines, ""]
        (tasks / f"T{number}.task.md").write_text("\n".join(text))
    (folder / "bin" / "claude").write_text("#!/bin/sh\n")
    (folder / "bin" / "claude").chmod(0o755)
    environment["PATH"] = f"{folder / 'bin'}:/usr/bin:/bin"
    run_git(["init", "--quiet"], repository, environment)
    run_git(["add", "--all"], repository, environment)
    run_git(["commit", "--quiet", "--message", "Start"], repository, environment)
    return repository, environment


if __name__ == "__main__":
    main()
