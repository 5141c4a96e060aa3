#!/usr/bin/env python3
"""Times the routing of many tasks, in one process and as a whole process.

    Benchmarks/route-all.py PATH/TO/bpsai-pair PATH/TO/RouteTasks [--rounds N] [--original DIR]

In one process: parse, characteristics and score of 1,000 and of 10,000 task files, once read, on one
processor and on all; beside them what the original PairCoder (2.9.2 from PyPI) takes in its own process for
the same files, reading each, since it offers nothing less. As a whole process: `route --all` on the 1,000,
and on 1,000 more that name globs and half-named files of a tree of 10,000 source files, with
`git ls-tree -r -l HEAD` in the same rounds for the machine's speed. Medians count.
"""

import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

from peer import original_program, seconds

WORDS = """parser importer session token budget review design handler the a for with into report store
cache worker queue schema command option error retry index file folder branch merge""".split()
VERBS = ["Add", "Fix", "Design", "Refactor", "Review", "Update", "Merge", "Document", "Remove", "Implement"]

ORIGINAL = """
import sys, time, statistics
from pathlib import Path
from bpsai_pair.orchestration.orchestrator import Orchestrator
from bpsai_pair.planning.parser import TaskParser
folder = Path(sys.argv[1])
paths = sorted(folder.glob('.paircoder/tasks/*.md'))
orchestrator = Orchestrator(project_root=folder)
parser = TaskParser(folder / '.paircoder' / 'tasks')
by_name = {p.name.split('.')[0]: p for p in paths}
orchestrator._find_task_file = by_name.get  # or else it searches the folder once a task
times = []
for _ in range(3):
    start = time.perf_counter()
    for name, path in by_name.items():
        parser.parse(path)
        orchestrator.select_agent(orchestrator.analyze_task(name))
    times.append((time.perf_counter() - start) / len(by_name) * 1e6)
print(statistics.median(times))
"""


def sentence(words):
    return " ".join(words.choice(WORDS) for _ in range(words.randint(6, 16))).capitalize() + "."


def task(number, words, files=None):
    """About 3 KB, as tasks have; front matter and bullets in turn."""
    name = f"TASK-{number}"
    title = f"{words.choice(VERBS)} the {words.choice(WORDS)} {words.choice(WORDS)}"
    complexity = words.randint(5, 90)
    if number % 3:
        kind = words.choice(["feature", "bugfix", "docs", "chore", "refactor"])
        head = (f"---\nid: {name}\ntitle: {title}\nplan: plan-{number % 7}\ntype: {kind}\npriority: P{number % 4}\n"
                f"complexity: {complexity}\nstatus: pending\nsprint: sprint-{number % 9}\ntags: [a, b, c]\n---\n\n")
    else:
        head = (f"# {name}: {title}\n\n## Metadata\n- **ID**: {name}\n- **Priority**: P{number % 4}\n"
                f"- **Complexity**: {complexity}\n- **Status**: pending\n- **Tags**: a, b\n\n")
    body = ["## Objective\n\n" + sentence(words)]
    body.append("## Files to Modify\n\n" + "\n".join(f"- `{path}`" for path in files or (
        f"src/{words.choice(WORDS)}/{words.choice(WORDS)}.py" for _ in range(words.randint(1, 5)))))
    body.append("## Plan\n\n" + "\n".join(f"{i}. {sentence(words)}" for i in range(1, 9)))
    body.append("```python\n" + "\n".join(f"def f{i}(): return {i}" for i in range(12)) + "\n```")
    body.append("## Acceptance Criteria\n\n" + "\n".join(f"- [ ] {sentence(words)}" for _ in range(8)))
    body.append("## Notes\n\n" + " ".join(sentence(words) for _ in range(12)))
    return head + "\n\n".join(body) + "\n"


def make_repository(folder, count, environment, sources=0):
    words = random.Random(1)
    tasks = folder / ".paircoder" / "tasks"
    tasks.mkdir(parents=True)
    for number in range(sources):
        package = folder / "src" / f"pkg{number % 100}" / f"part{number % 10}"
        package.mkdir(parents=True, exist_ok=True)
        (package / f"module{number}.py").write_text(f"value = {number}\n")
    for number in range(count):
        # A glob, a file without its first folders, one that is not there, and a folder.
        files = [f"src/pkg{number % 100}/**/module{number % 7}*.py", f"part{number % 10}/module{number}.py",
                 f"src/new{number}.py", f"pkg{number % 100}/part{number % 10}/"] if sources else None
        (tasks / f"TASK-{number}.task.md").write_text(task(number, words, files))
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


def in_process(bench, folder, environment):
    done = subprocess.run([bench, folder / ".paircoder" / "tasks"], env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return [float(word) for word in done.stdout.split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("bench", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--original", type=pathlib.Path, default=pathlib.Path(".build/original"))
    options = parser.parse_args()
    python = original_program(options.original.resolve()).parent / "python"

    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            "HOME": scratch, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
        }
        folders = {count: pathlib.Path(scratch) / str(count) for count in (1_000, 10_000)}
        for count, folder in folders.items():
            make_repository(folder, count, environment)
        large = pathlib.Path(scratch) / "large"
        make_repository(large, 1_000, environment, sources=10_000)
        print("parse, characteristics and score, once read; microseconds a task, medians")
        few = in_process(options.bench, folders[1_000], environment)
        many = in_process(options.bench, folders[10_000], environment)
        peer = float(subprocess.run([python, "-c", ORIGINAL, folders[1_000]], env=environment, check=True,
                                    capture_output=True, text=True).stdout)
        print(f"  1,000 tasks    one processor {few[0]:6.1f}   all {few[1]:6.1f}   (wanted: at most 200)")
        print(f"  10,000 tasks   one processor {many[0]:6.1f}   all {many[1]:6.1f}   "
              f"({many[0] / few[0]:.2f} and {many[1] / few[1]:.2f} times as much a task)")
        print(f"  the original, reading included {peer:6.1f}: {peer / few[0]:.1f} times as much")

        program = options.program.resolve()
        commands = {
            "route --all": ([program, "route", "--all"], folders[1_000]),
            "route --all --json": ([program, "route", "--all", "--json"], folders[1_000]),
            "git ls-tree -r -l": (["git", "ls-tree", "-r", "-l", "HEAD"], folders[1_000]),
            "route --all, 10,000 source files": ([program, "route", "--all"], large),
            "git ls-tree -r -l, the same": (["git", "ls-tree", "-r", "-l", "HEAD"], large),
        }
        times = {name: [] for name in commands}
        for number in range(options.rounds + 1):
            for name, (command, folder) in commands.items():
                elapsed = seconds(command, folder, environment)
                if number:  # the first round warms up
                    times[name].append(elapsed)
        print(f"whole process on 1,000 tasks, medians of {options.rounds} rounds, interleaved (wanted: below 200 ms)")
        for name, values in times.items():
            spread = f"{min(values) * 1000:.0f} to {max(values) * 1000:.0f}"
            print(f"  {name:33} {statistics.median(values) * 1000:6.0f} ms   ({spread})")


if __name__ == "__main__":
    main()
