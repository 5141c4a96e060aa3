#!/usr/bin/env python3
"""What a post-commit hook adds to `git commit`: ours, a bare `git diff-tree`, and hook managers.

    hooks.py PATH/TO/bpsai-pair [--rounds N] [--managers DIR/bin]

In a repository of 1,000 files and in one of 50,000. Each round commits once with each hook, one after the other,
so that a drift of the machine's speed hits all; the medians count. Ends with status 1 where ours adds more than
it may.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from peer import run_git, scratch_environment, write_tree

SIZES = (1_000, 50_000)
# What ours may add, in times of what the hook with the diff-tree adds.
LIMITS = {"ours, no task": 1.3, "ours, a task": 6.0}
FLOOR = "diff-tree"
DIFF_TREE = "#!/bin/sh\ngit diff-tree -r --name-only HEAD^ HEAD\n"
EMPTY = "#!/bin/sh\n"
PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - {id: nothing, name: nothing, entry: 'true', language: system, always_run: true, stages: [post-commit]}
"""
LEFTHOOK = "output: false\npost-commit:\n  commands:\n    nothing: {run: 'true'}\n"
SETTINGS = {"pre-commit": ".pre-commit-config.yaml", "lefthook": "lefthook.yml"}
TASK = "---\nid: TASK-1\ntitle: Greet\ntype: feature\ncomplexity: 20\nstatus: pending\n---\n\nGreet {} times.\n"
STAND_IN = Path(__file__).resolve().parent.parent / "Tests/Faults/stand-in"


def main():
    settings = arguments()
    slow = False
    for size in SIZES:
        folder = Path(tempfile.mkdtemp(prefix="pair-hooks-"))
        try:
            slow |= Bench(settings, folder, size).report()
        finally:
            shutil.rmtree(folder)
    raise SystemExit(1 if slow else 0)


class Bench:
    """One repository, and a folder of hooks for each contestant."""

    def __init__(self, settings, folder, size):
        self.settings = settings
        self.size = size
        self.folder = folder
        self.repository = folder / "repository"
        self.environment = scratch_environment(folder)
        self.environment["PATH"] = f"{folder / 'bin'}:{self.environment['PATH']}"
        self.bring_programs()
        self.make_repository()
        none = {"no hook": self.hooks("none"), "empty sh": self.hooks("empty", EMPTY)}
        others = {FLOOR: self.hooks(FLOOR, DIFF_TREE)}
        ours = self.ours()
        if settings.managers:
            others["pre-commit"] = self.manager("pre-commit", PRE_COMMIT, "--hook-type=post-commit")
            others["lefthook"] = self.manager("lefthook", LEFTHOOK)
        self.contestants = none | others | {name: ours for name in LIMITS}

    def bring_programs(self):
        programs = {name: STAND_IN for name in ("claude", "codex")}
        if self.settings.managers:
            programs |= {name: self.settings.managers / name for name in ("pre-commit", "lefthook")}
        (self.folder / "bin").mkdir()
        for name, path in programs.items():
            (self.folder / "bin" / name).symlink_to(path.absolute())

    def make_repository(self):
        self.write(".paircoder/config.yaml", "orchestrate:\n  hooks: queue\n")
        write_tree(self.repository, self.size)
        self.git("init", "--quiet", "--template=")
        self.git("config", "gc.auto", "0")
        self.git("config", "maintenance.auto", "false")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "begin")
        self.git("gc", "--quiet")

    def write(self, path, text):
        (self.repository / path).parent.mkdir(parents=True, exist_ok=True)
        (self.repository / path).write_text(text)

    def git(self, *words):
        run_git(words, self.repository, self.environment)

    def hooks(self, name, text=None):
        """A folder for hooks; with a post-commit, if there is a text."""
        folder = self.folder / f"{name}-hooks"
        folder.mkdir()
        if text:
            (folder / "post-commit").write_text(text)
            (folder / "post-commit").chmod(0o755)
        return folder

    def ours(self):
        folder = self.hooks("ours")
        self.use(folder)
        self.run(self.settings.pair, "hooks", "install")
        return folder

    def manager(self, program, text, *options):
        """What a manager installs, in a folder of its own."""
        self.write(SETTINGS[program], text)
        self.git("add", "--all")
        self.git("config", "--unset-all", "core.hooksPath")
        self.run(self.folder / "bin" / program, "install", *options)
        folder = (self.repository / ".git/hooks").rename(self.folder / f"{program}-hooks")
        self.use(folder)
        return folder

    def run(self, *command):
        subprocess.run(command, cwd=self.repository, env=self.environment, check=True, capture_output=True)

    def use(self, folder):
        self.git("config", "core.hooksPath", str(folder))

    def commit(self, name, number):
        """How many seconds a commit takes with that hook."""
        self.use(self.contestants[name])
        if name == "ours, a task":
            self.write(".paircoder/tasks/TASK-1.task.md", TASK.format(number))
        else:
            self.write("README.md", f"{name} {number}\n")
        self.git("add", ".paircoder", "README.md")
        start = time.perf_counter()
        self.git("commit", "--quiet", "--message", name)
        return time.perf_counter() - start

    def report(self):
        """Prints the medians; returns whether ours adds more than it may."""
        self.write("README.md", "begin\n")
        times = {name: [] for name in self.contestants}
        for name in times:
            self.commit(name, -1)  # warm-up, not counted
        for number in range(self.settings.rounds):
            for name in times:
                times[name].append(self.commit(name, number))
        self.require_queued(self.settings.rounds + 1)
        median = {name: statistics.median(values) * 1000 for name, values in times.items()}
        added = {name: value - median["no hook"] for name, value in median.items()}
        print(f"git commit in a repository of {self.size:,} files, medians of {self.settings.rounds}, interleaved")
        for name, value in median.items():
            ratio = added[name] / added[FLOOR]
            limit = f", at most {LIMITS[name]}" if name in LIMITS else ""
            print(f"  {name:14} {value:7.1f} ms  + {added[name]:6.1f} ms, {ratio:5.2f} times the diff-tree's{limit}")
        return any(added[name] > limit * added[FLOOR] for name, limit in LIMITS.items())

    def require_queued(self, wanted):
        values = "--format=%(trailers:key=PairCoder-Event,valueonly,separator=)"
        log = ["git", "log", values, "refs/paircoder/tasks/TASK-1"]
        said = subprocess.check_output(log, cwd=self.repository, env=self.environment, text=True)
        found = said.split().count("queued")
        if found != wanted:
            raise SystemExit(f"{found} texts were queued, not {wanted}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pair", type=lambda path: Path(path).resolve())
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--managers", type=Path, help="the folder that holds pre-commit and lefthook")
    return parser.parse_args()


if __name__ == "__main__":
    main()
