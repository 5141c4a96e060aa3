#!/usr/bin/env python3
"""Times the forecast of a new result beside 200 others in a 20,000-file repository, against `git merge-tree`.

    Benchmarks/conflicts.py PATH/TO/bpsai-pair [--rounds N] [--files N] [--results N]

Every result changes five files and adds two, a third of them moves a file, a fifth changes the one that everybody
changes. `git merge-tree --write-tree` is timed as a process for each pair, as a script would do it; the verdicts are
compared. What counts is that a new result takes less than two seconds.
"""

import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

from peer import run_git, scratch_environment, write_tree

WANTED = 2.0  # seconds, at most


def result(number, names, chance):
    """A commit on main as a stream for `git fast-import`."""
    lines = [f"commit refs/heads/paircoder/T-{number}", "committer A <a@example.com> 1700000000 +0000", "data 1", "c",
             "from refs/heads/main^0"]

    def put(path, text):
        lines.extend([f"M 644 inline {path}", f"data {len(text)}", text])

    changed = chance.sample(names, 6)
    for path in changed[:5]:
        # Some where others change it, too.
        put(path, f"changed by {number}\n" + f"line of file {path.stem[4:]}\n" * 49)
    for index in range(2):
        put(changed[index].parent / f"new{number}-{index}.txt", f"new in {number}\n" * 20)
    if number % 3 == 0:
        lines.append(f"R {changed[5]} {changed[5].parent}/moved{number}.txt")
    if number % 5 == 0:
        put("CHANGES", f"- {number}\n- begin\n")
    return "\n".join(lines) + "\n\n"


def forecast(program, arguments, repository, environment):
    start = time.perf_counter()
    done = subprocess.run([program, "conflicts", "--json", *arguments], cwd=repository, env=environment,
                          capture_output=True)
    elapsed = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return elapsed, json.loads(done.stdout)


def merge_each(pairs, repository, environment):
    start = time.perf_counter()
    conflicts = 0
    for one, other in pairs:
        conflicts += subprocess.run(["git", "merge-tree", "--write-tree", one, other], cwd=repository, env=environment,
                                    capture_output=True).returncode
    return time.perf_counter() - start, conflicts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--results", type=int, default=200)
    options = parser.parse_args()
    program, count = options.program.resolve(), options.results

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        environment = scratch_environment(folder)
        repository = folder / "repository"
        names = write_tree(repository, options.files)
        (repository / "CHANGES").write_text("- begin\n")
        run_git(["init", "--quiet", "--initial-branch=main"], repository, environment)
        run_git(["add", "--all"], repository, environment)
        run_git(["commit", "--quiet", "--message", "Start"], repository, environment)
        chance = random.Random(1)
        stream = "".join(result(number, names, chance) for number in range(1, count + 1))
        subprocess.run(["git", "fast-import", "--quiet"], cwd=repository, env=environment, check=True,
                       input=stream.encode())
        new = f"T-{count}"
        pairs = [("main", f"paircoder/{new}")]
        pairs += [(f"paircoder/T-{number}", f"paircoder/{new}") for number in range(1, count)]
        own, theirs = [], []
        for _ in range(options.rounds):
            elapsed, report = forecast(program, [new], repository, environment)
            own.append(elapsed)
            elapsed, conflicts = merge_each(pairs, repository, environment)
            theirs.append(elapsed)
            if conflicts != len(report["conflicts"]) or report["pairs"] != len(pairs):
                sys.exit(f"git sees {conflicts} conflicts in {len(pairs)} pairs, the forecast says {report}")
        everything, all_pairs = forecast(program, [], repository, environment)

    print(f"a new result beside {count} others in {options.files:,} files, medians of {options.rounds} rounds")
    print(f"  bpsai-pair conflicts {new}    {statistics.median(own) * 1000:8.1f} ms   ({report['pairs']} pairs, "
          f"{report['merged']} merged by git, {len(report['conflicts'])} conflicts)")
    print(f"  git merge-tree, one by one  {statistics.median(theirs) * 1000:8.1f} ms")
    print(f"  (wanted: at most {WANTED:.0f} s)")
    print(f"  bpsai-pair conflicts          {everything * 1000:8.1f} ms   ({all_pairs['pairs']:,} pairs, "
          f"{all_pairs['merged']:,} merged by git, {len(all_pairs['conflicts'])} conflicts)")


if __name__ == "__main__":
    main()
