#!/usr/bin/env python3
"""Compares the makespan of a plan with what list scheduling gives on paper.

    Benchmarks/plan-schedule.py PATH/TO/bpsai-pair [--tasks N] [--parallel N ...] [--seed N] [--mean SECONDS]

A plan of 40 tasks in layers, as sprints are: some stand alone, most depend on one to three of the layer before. Each
agent is a stand-in that works for a random time, from half of the mean to one and a half. On paper the same times are
scheduled by the rule that docs/plans.md states, written down here once more: whenever a lane is free, the task starts
that waits for nothing any more, P0 first, then the longest path of expected times, then the natural order of ids.

The overhead of a task is the time that, added to each task on paper, gives the makespan that was measured. (What all lanes
took together, divided by the tasks, would count those that have nothing to do while a long path comes to its end.)
"""

import argparse
import heapq
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from peer import run_git, scratch_environment

STAND_IN = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Faults" / "stand-in"
LIMIT = 1.05
LIMIT_IN_SECONDS = 0.150
LAYERS = 8


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--tasks", type=int, default=40)
    parser.add_argument("--parallel", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--mean", type=float, default=4.0, metavar="SECONDS")
    settings = parser.parse_args()
    program = settings.program.resolve()
    plan = make_plan(settings.tasks, settings.mean, random.Random(settings.seed))
    print(f"a plan of {len(plan)} tasks, {sum(task['seconds'] for task in plan.values()):.1f} s of work")
    if not all([measure(program, plan, lanes) for lanes in settings.parallel]):
        sys.exit(1)


def make_plan(count, mean, generator):
    """For each task its priority, complexity, dependencies and how long its agent works."""
    plan = {}
    layers = [[] for _ in range(LAYERS)]
    for number in range(1, count + 1):
        layer = (number - 1) * LAYERS // count
        before = layers[layer - 1] if layer else []
        needs = [] if generator.random() < 0.15 else generator.sample(before, min(len(before), generator.randint(1, 3)))
        name = f"T{number}"
        layers[layer].append(name)
        plan[name] = {
            "priority": generator.choice([0, 1, 1, 2, 2, 2, 3]), "complexity": generator.randrange(10, 91),
            "needs": needs, "seconds": round(generator.uniform(0.5, 1.5) * mean, 2),
        }  # fmt: skip
    return plan


def measure(program, plan, lanes):
    """Runs it, and prints a line; returns whether all is as wanted."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pair-schedule-"))
    try:
        environment = make_repository(folder, plan)
        command = [program, "orchestrate", "--plan", "bench", "--agent", "claude", "--parallel", str(lanes)]
        first, second = (dry_run(command, folder, environment) for _ in range(2))
        expected = {item["task"]: item["endInSeconds"] - item["startInSeconds"] for item in first}
        on_paper = schedule(plan, expected, expected, lanes)
        told = {item["task"]: (item["startInSeconds"], item["endInSeconds"]) for item in first}
        actual = {name: task["seconds"] for name, task in plan.items()}
        paper = makespan(plan, expected, actual, lanes)
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder / "repository", env=environment, capture_output=True, text=True)
        wall = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"status {done.returncode}\n{done.stdout}{done.stderr}")
        each = overhead(lambda times: makespan(plan, expected, times, lanes), actual, wall)
        is_same = first == second and told == on_paper
        print(
            f"  {lanes} at a time: {wall:6.1f} s, on paper {paper:6.1f} s: {wall / paper:.3f} times"
            f" (wanted: at most {LIMIT}); {each * 1000:.0f} ms a task (wanted: under {LIMIT_IN_SECONDS * 1000:.0f});"
            f" the dry run's schedule {'is' if is_same else 'IS NOT'} the one on paper, twice"
        )
        return wall / paper <= LIMIT and each < LIMIT_IN_SECONDS and is_same
    finally:
        shutil.rmtree(folder)


def schedule(plan, expected, actual, lanes):
    """Start and end of each task: who starts first is decided by expected times, who ends first by actual ones."""
    followers = {name: [other for other in plan if name in plan[other]["needs"]] for name in plan}
    paths = {}
    for name in reversed(plan):  # Each task stands after all that it needs.
        paths[name] = expected[name] + max((paths[other] for other in followers[name]), default=0)
    order = sorted(plan, key=lambda name: (plan[name]["priority"], -paths[name], int(name[1:])))
    times, running, ended, now = {}, [], set(), 0.0
    while len(ended) < len(plan):
        for name in order:
            if len(running) < lanes and name not in times and ended.issuperset(plan[name]["needs"]):
                times[name] = (now, now + actual[name])
                heapq.heappush(running, (now + actual[name], name))
        now = running[0][0]
        while running and running[0][0] == now:
            ended.add(heapq.heappop(running)[1])
    return times


def makespan(plan, expected, actual, lanes):
    return max(end for _, end in schedule(plan, expected, actual, lanes).values())


def overhead(on_paper, actual, wall):
    """What each task takes besides its agent, in seconds."""
    low, high = 0.0, max(wall, 1.0)
    for _ in range(40):
        middle = (low + high) / 2
        if on_paper({name: seconds + middle for name, seconds in actual.items()}) < wall:
            low = middle
        else:
            high = middle
    return high


def dry_run(command, folder, environment):
    done = subprocess.run(
        [*command, "--dry-run", "--json"], cwd=folder / "repository", env=environment, capture_output=True, check=True
    )
    return json.loads(done.stdout)["tasks"]


def make_repository(folder, plan):
    """A repository with the plan, and a stand-in for Claude Code that works as long as the plan says."""
    environment = scratch_environment(folder)
    repository, stand_in = folder / "repository", folder / "stand-in"
    tasks = repository / ".paircoder" / "tasks"
    for needed in (tasks, stand_in / "seconds", folder / "bin"):
        needed.mkdir(parents=True)
    for name, task in plan.items():
        (stand_in / "seconds" / name).write_text(str(task["seconds"]))
        head = [
            f"id: {name}", f"title: Part {name}", "type: feature", "status: pending", "sprint: bench",
            f"priority: P{task['priority']}", f"complexity: {task['complexity']}",
            f"depends_on: [{', '.join(task['needs'])}]",
        ]  # fmt: skip
        (tasks / f"{name}.task.md").write_text("\n".join(["---", *head, "---", "", "Write it.", ""]))
    (stand_in / "claude").write_text(
        'sleep "$(cat "$STAND_IN/seconds/$PAIRCODER_TASK")"; echo done > "$PAIRCODER_TASK.txt"\n')
    (folder / "bin" / "claude").symlink_to(STAND_IN)
    environment["PATH"] = f"{folder / 'bin'}:/usr/bin:/bin"
    # Where the stand-in says what it does.
    run_git(["config", "--global", "bpsai-pair.sandboxWrite", str(stand_in)], folder, environment)
    run_git(["init", "--quiet"], repository, environment)
    run_git(["add", "--all"], repository, environment)
    run_git(["commit", "--quiet", "--message", "Start"], repository, environment)
    return environment


if __name__ == "__main__":
    main()
