#!/usr/bin/env python3
"""Times what an agent's own git directory costs a run, in a repository of 20,000 files and 1,000 refs.

    Benchmarks/private-git.py PATH/TO/EncloseWorktree [--rounds N] [--files N] [--refs N]

Worktrees come from a pool, with such a directory and without in turn. What it costs is making it, taking over what
was done in it (nothing), and taking it away: the difference of giving the worktree back with it and without.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

from peer import scratch_environment, run_git, write_tree

WANTED = 25  # milliseconds, at most


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--refs", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pair-private-git-") as folder:
        folder = pathlib.Path(folder)
        environment = scratch_environment(folder)
        repository = folder / "repository"
        write_tree(repository, options.files)
        run_git(["init", "--quiet", "--initial-branch=main"], repository, environment)
        run_git(["add", "--all"], repository, environment)
        run_git(["-c", "gc.auto=0", "commit", "--quiet", "--message=Files"], repository, environment)
        commits = [run_git(["rev-parse", "HEAD"], repository, environment).strip()]
        tree = run_git(["rev-parse", "HEAD^{tree}"], repository, environment).strip()
        for number in range(50):
            commits.append(run_git(
                ["commit-tree", "-p", commits[-1], "-m", f"Commit {number}", tree], repository, environment).strip())
        lines = []
        for number in range(options.refs):
            kind = ("heads", "tags", "remotes/origin")[number % 3]
            lines.append(f"create refs/{kind}/ref-{number} {commits[number % len(commits)]}\n")
        subprocess.run(["git", "update-ref", "--stdin"], cwd=repository, env=environment, input="".join(lines),
                       text=True, check=True)
        run_git(["-c", "gc.auto=0", "gc", "--quiet"], repository, environment)
        printed = subprocess.run(
            [options.program.resolve(), repository, folder / "pool", str(options.rounds)], env=environment,
            capture_output=True, text=True, check=True).stdout
    made, taken, given, plain = map(float, printed.split())
    cost = made + taken + given - plain
    print(f"made                {made:6.1f} ms")
    print(f"taken over          {taken:6.1f} ms")
    print(f"given back          {given:6.1f} ms, without it {plain:6.1f} ms")
    print(f"a run's private git {cost:6.1f} ms, wanted at most {WANTED} ms")
    sys.exit(cost > WANTED)


if __name__ == "__main__":
    main()
