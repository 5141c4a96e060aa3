"""What the benchmarks share: the original PairCoder as a peer, and a stopwatch for whole processes."""

import os
import pathlib
import subprocess
import sys
import time

ORIGINAL = "bpsai-pair==2.9.2"


def original_program(folder):
    program = folder / "bin" / "bpsai-pair"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", ORIGINAL], check=True)
    return program


def seconds(command, repository, environment):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True)
    elapsed = time.perf_counter() - start
    # 69 is our status where no agent is installed; the ranking is printed all the same.
    if done.returncode not in (0, 69):
        sys.exit(f"{command[0]} ended with status {done.returncode}:\n{done.stderr.decode()}")
    return elapsed


def scratch_environment(folder):
    """Nothing of the user's: a HOME in `folder`, and a name for commits."""
    return {
        "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8", "TERM": "dumb", "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
    }


def run_git(arguments, repository, environment):
    """What git printed."""
    return subprocess.run(
        ["git", *arguments], cwd=repository, env=environment, check=True, capture_output=True, text=True).stdout


def write_tree(top, count):
    """Writes `count` files of about a kilobyte, a hundred a folder; their paths from `top`."""
    names = []
    for number in range(count):
        name = pathlib.Path(f"part{number // 2000}") / f"group{number // 100}" / f"file{number}.txt"
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(f"line of file {number}\n" * 50)
        names.append(name)
    return names
