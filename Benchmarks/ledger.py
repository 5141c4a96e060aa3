#!/usr/bin/env python3
"""How long the state of many tasks takes to read, and how many events a second can be written.

    ledger.py PATH/TO/bpsai-pair PATH/TO/AppendEvents [--tasks N]

Read: `bpsai-pair status --json` on 10,000 logs of 6 events each, made by git fast-import, in a pack with packed
refs and as loose objects and refs; beside it, in the same rounds, what git takes to print the same messages.
Written: one process, and four on tasks of their own, in a repository with those 10,000 logs; each event is
appended to a log of 1 to 20. Beside it, git making the same by `git commit-tree` and `git update-ref`.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROUNDS = 5
LIMIT_IN_SECONDS = 1.0
EVENTS_A_SECOND = 200
LOG_LENGTH = 20
LOGS = 10
EVENTS = ("routed", "claimed", "started", "handed-off", "started", "failed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pair", type=Path)
    parser.add_argument("append", type=Path)
    parser.add_argument("--tasks", type=int, default=10_000)
    settings = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pair-ledger-"))
    try:
        slow = measure(settings, folder)
    finally:
        shutil.rmtree(folder)
    raise SystemExit(1 if slow else 0)


def measure(settings, folder):
    """Prints the medians; returns whether one of them misses its limit."""
    repository = folder / "repository"
    make(repository, settings.tasks)
    git(repository, "pack-refs", "--all")
    medians = {"packed": medians_of(settings, repository)}
    rates = written(settings, repository)
    unpack(repository, folder)
    medians["loose"] = medians_of(settings, repository)
    for name, (seconds, gits) in medians.items():
        print(
            f"status of {settings.tasks:,} tasks of {len(EVENTS)} events, {name}: {seconds:.3f} s"
            f"   (git log of the same: {gits:.3f} s, {seconds / gits:.2f} of git's)"
        )
    print(f"  (wanted: at most {LIMIT_IN_SECONDS} s)")
    for name, rate in rates.items():
        print(f"events appended, {name}: {rate:.0f} a second")
    print(f"  (wanted of ours: at least {EVENTS_A_SECOND})")
    too_slow = any(seconds > LIMIT_IN_SECONDS for seconds, _ in medians.values())
    return too_slow or any(rate < EVENTS_A_SECOND for name, rate in rates.items() if "git" not in name)


def written(settings, repository):
    """Events a second, by who writes them."""
    rates = {"by one process": [], "by four processes": [], "by git": []}
    number = 0
    for _ in range(ROUNDS):
        for name, count in (("by one process", 1), ("by four processes", 4)):
            start = time.monotonic()
            for _ in range(LOGS):
                number += 1
                command = [settings.append.resolve(), repository]
                running = [
                    subprocess.Popen(
                        [*command, f"NEW-{number}-{index}", str(LOG_LENGTH)], stdout=subprocess.DEVNULL, env=environment()
                    )
                    for index in range(count)
                ]
                if any(process.wait() for process in running):
                    raise SystemExit("AppendEvents failed")
            rates[name].append(count * LOGS * LOG_LENGTH / (time.monotonic() - start))
        rates["by git"].append(written_by_git(repository, number))
    remove(repository, "refs/paircoder/tasks/NEW-*")
    return {name: statistics.median(values) for name, values in rates.items()}


def written_by_git(repository, number):
    tree = git(repository, "rev-parse", "HEAD^{tree}").strip()
    parent = git(repository, "rev-parse", "HEAD").strip()
    ref = f"refs/paircoder/peer/{number}"
    git(repository, "update-ref", ref, parent)
    start = time.monotonic()
    for index in range(LOG_LENGTH):
        commit = git(repository, "commit-tree", tree, "-p", parent, "-m", f"event {index}").strip()
        git(repository, "update-ref", ref, commit, parent)
        parent = commit
    return LOG_LENGTH / (time.monotonic() - start)


def remove(repository, pattern):
    """Deletes what was written, so that the rest is read as it was."""
    refs = git(repository, "for-each-ref", "--format=delete %(refname)", pattern)
    subprocess.run(
        ["git", "update-ref", "--stdin"], cwd=repository, input=refs, text=True, check=True, env=environment()
    )


def make(repository, tasks):
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch=main")
    git(repository, "config", "user.name", "Pat")
    git(repository, "config", "user.email", "pat@example.invalid")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "begin")
    feed = subprocess.Popen(
        ["git", "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"], cwd=repository, stdin=subprocess.PIPE
    )
    base = git(repository, "rev-parse", "HEAD").strip()
    for number in range(tasks):
        feed.stdin.write("".join(log(number, base)).encode())
    feed.stdin.close()
    if feed.wait() != 0:
        raise SystemExit("git fast-import failed")


def log(number, base):
    """The fast-import commands for the log of one task."""
    task = f"TASK-{number:05}"
    run = f"20260102T030405-{number:06x}"
    ref = f"refs/paircoder/tasks/{task}"
    yield f"reset {ref}\n\n"
    for step, kind in enumerate(EVENTS):
        trailers = {
            "Event": kind, "Task": task, "Run": run, "Agent": "codex-cli", "Mode": "auto-edit", "Base": base,
            "Text": f"{number:040x}", "Nonce": f"{number:x}{step:x}",
        }  # fmt: skip
        if kind == "started":
            trailers["Worktree"] = f"/home/pat/.local/state/bpsai-pair/worktrees/repository-0a1b2c3d/{task}"
        if kind in ("failed", "handed-off"):
            trailers |= {"Failure": "crashed", "Cost-USD": "0.0123"}
        lines = "\n".join(f"PairCoder-{key}: {value}" for key, value in trailers.items())
        message = f"{task}: what happened in step {step}\n\n{lines}\n"
        yield f"commit {ref}\ncommitter Pat <pat@example.invalid> {1_700_000_000 + step} +0000\n"
        yield f"data {len(message)}\n{message}\n"
        text = f"# {task}, step {step}\n"
        yield f"M 100644 inline task-{step}.md\ndata {len(text)}\n{text}\n"


def unpack(repository, folder):
    """Makes objects and refs loose, as they are before the first gc."""
    for pack in (repository / ".git/objects/pack").glob("*.pack"):
        moved = folder / pack.name
        pack.rename(moved)
        pack.with_suffix(".idx").unlink()
        with open(moved) as source:
            subprocess.run(["git", "unpack-objects", "-q"], cwd=repository, stdin=source, check=True)
        moved.unlink()
    packed = repository / ".git/packed-refs"
    for line in packed.read_text().splitlines():
        if line.startswith(("#", "^")):
            continue
        commit, name = line.split(" ")
        file = repository / ".git" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(commit + "\n")
    packed.unlink()


def medians_of(settings, repository):
    """What status takes, and what git does to print the same logs."""
    times, gits = [], []
    for _ in range(ROUNDS):
        start = time.monotonic()
        git(repository, "log", "--format=%B", "--glob=refs/paircoder/tasks")
        gits.append(time.monotonic() - start)
        start = time.monotonic()
        ended = subprocess.run(
            [settings.pair, "status", "--json"], cwd=repository, capture_output=True, check=True, env=environment()
        )
        times.append(time.monotonic() - start)
        found = len(json.loads(ended.stdout)["tasks"])
        if found != settings.tasks:
            raise SystemExit(f"status shows {found} tasks, not {settings.tasks}")
    return statistics.median(times), statistics.median(gits)


def git(repository, *arguments):
    command = ["git", *arguments]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True, env=environment()).stdout


def environment():
    return {
        "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "XDG_STATE_HOME": "/nonexistent",
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    }  # fmt: skip


if __name__ == "__main__":
    main()
