#!/usr/bin/env python3
"""Has agents do what they should not, and checks that nothing of it reaches the user.

    run.py --pair PATH/TO/bpsai-pair [--agents DIR/bin] [--wall WALL]... [--topic NAME]... [--only TEXT]... [--jobs N]
           [--list] [--keep]

Each deed is done within each WALL (without any, if none is named), as root and as a plain user, where that can be. Ends
with the line `N held, N failed`, and `N skipped` for what this machine cannot play; exits 1 when one failed, or when
nothing ran.
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import place  # noqa: E402  (it says where the modules of the neighbours lie)
import beyond  # noqa: E402
import by_git  # noqa: E402
import by_path  # noqa: E402
import files  # noqa: E402
import judge  # noqa: E402
import processes  # noqa: E402
import real  # noqa: E402

from ground import WALLS  # noqa: E402
from programs import adopt_orphans, kill, processes_after_grace, program  # noqa: E402

TOPICS = {topic.__name__: topic for topic in (by_git, by_path, files, processes, real, beyond)}
# Without a wall, what lies beyond a repository is skipped.
USUAL = [name for name in TOPICS if name != "beyond"]
ROOT, PLAIN = "root", "a plain user"
# Nobody's, on every Linux.
PLAIN_ID = 65534
AS_PLAIN = ("setpriv", f"--reuid={PLAIN_ID}", f"--regid={PLAIN_ID}", "--clear-groups", "--")
FAILED, SKIPPED = "FAILED", judge.SKIPPED
LIMIT_IN_SECONDS = 200


def main():
    settings = arguments()
    topics = TOPICS if settings.play else settings.topic or USUAL
    deeds = [deed for name in topics for deed in TOPICS[name].DEEDS]
    assert len({deed.name for deed in deeds}) == len(deeds), "two deeds have one name"
    if settings.play:
        return play(settings, next(deed for deed in deeds if deed.name == settings.play))
    walls = settings.wall or ["none"]
    chosen = [(deed, user, wall) for wall in walls for user in (ROOT, PLAIN) for deed in deeds]
    chosen = [job for job in chosen if not settings.only or any(part in name_of(*job) for part in settings.only)]
    if settings.list:
        return print("\n".join(name_of(*job) for job in chosen))
    adopt_orphans()
    # All that is made lies in one folder, which tells what came out of any of it.
    settings.folder = Path(tempfile.mkdtemp(prefix="pair-walls-"))
    settings.folder.chmod(0o1777)
    reasons = {(user, wall): why_not(settings, user, wall) for user in (ROOT, PLAIN) for wall in walls}
    try:
        with ThreadPoolExecutor(settings.jobs) as pool:
            kinds = collections.Counter(pool.map(lambda job: run(settings, *job, reasons[job[1:]]), chosen))
        left = processes_after_grace(settings.folder)
        kill(left)
    finally:
        if not settings.keep:
            place.remove(settings.folder)
    sys.exit(summary(kinds, left))


def name_of(deed, user, wall):
    return f"{deed.name}, as {user}" + ("" if wall == "none" else f", within {wall}")


def why_not(settings, user, wall):
    """Why nothing can be done as `user` within `wall` here; None when it can."""
    return why_not_as(settings, user) or (None if wall == "none" else why_no_wall(settings, user, wall))


def why_no_wall(settings, user, wall):
    with tempfile.TemporaryDirectory(dir=settings.folder) as home:
        os.chmod(home, 0o777)
        environment = {"PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": str(settings.folder)}
        command = [*lower(user), settings.pair, "sandbox", "test"]
        tested = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True)
    # The first line names the walls that this system has, above a column each.
    head = re.split(r"\s{2,}", tested.stdout.partition("\n")[0].strip())
    has = any((wall == "bwrap") == ("bwrap" in words) and words for words in head)
    return None if has else f"this system has no {wall}: {tested.stdout}{tested.stderr}"


def why_not_as(settings, user):
    if user == ROOT:
        return None if os.geteuid() == 0 else "this is not root"
    if os.geteuid() != 0:
        return None
    if not shutil.which("setpriv"):
        return "setpriv is not installed"
    settings.python = next(filter(runs_as_plain, (sys.executable, "/usr/bin/python3")), None)
    if not settings.python:
        return "a plain user has no Python here"
    needed = [settings.pair, Path(__file__), *([settings.agents / "claude"] if settings.agents else [])]
    for path in needed:
        if subprocess.run([*AS_PLAIN, "test", "-r", path], capture_output=True).returncode != 0:
            return f"a plain user cannot read {path}"
    return None


def lower(user):
    """What starts a program as `user`."""
    return AS_PLAIN if user == PLAIN and os.geteuid() == 0 else ()


def runs_as_plain(python):
    # By env: setpriv itself may still start what the user may not.
    return subprocess.run([*AS_PLAIN, "env", python, "-c", ""], capture_output=True, cwd="/").returncode == 0


def run(settings, deed, user, wall, reason):
    """Plays a deed in a process of its own, which all that it leaves running descends from; tells how it ended."""
    name = name_of(deed, user, wall)
    if deed.only and deed.only not in user:
        reason = f"it is for {deed.only} alone"
    if deed.agent and not settings.agents:
        reason = "--agents does not say where the real agents are"
    if reason:
        print(f"{name}: SKIPPED, {reason}", flush=True)
        return SKIPPED
    start = time.monotonic()
    python = settings.python if lower(user) else sys.executable
    command = [*lower(user), python, "-B", Path(__file__).resolve(), "--pair", settings.pair, "--play", deed.name]
    command += ["--wall", wall]
    command += ["--agents", settings.agents] if settings.agents else []
    command += ["--keep"] if settings.keep else []
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "TMPDIR": str(settings.folder)}
    ended = None
    try:
        how = {"env": environment, "cwd": "/", "capture_output": True, "text": True, "timeout": LIMIT_IN_SECONDS}
        ended = subprocess.run(command, **how)
        *kept, last = ended.stdout.splitlines()
        answer = json.loads(last)
        answer["more"] += "".join(f"\n{line}" for line in kept)
    except (subprocess.TimeoutExpired, ValueError) as error:
        answer = {"kind": FAILED, "more": f"it was not played: {error}\n{ended.stderr if ended else ''}"}
    more = answer["more"] and ("\n" if answer["kind"] == FAILED else "; ") + answer["more"]
    print(f"{name}: {answer['kind']}, {time.monotonic() - start:.1f} s{more}", flush=True)
    return answer["kind"]


def play(settings, deed):
    """Plays one deed and prints how it ended as JSON."""
    adopt_orphans()
    place.Place.wall = settings.wall[0]
    try:
        kind, more = judge.play(deed, settings)
    except Exception as error:
        kind, more = FAILED, str(error) if isinstance(error, AssertionError) else traceback.format_exc()
    print(json.dumps({"kind": kind, "more": more}), flush=True)


def summary(kinds, left):
    """Prints how it went; returns the exit status."""
    for pid, line in left.items():
        print(f"LEFT RUNNING {pid}: {line}")
    held = {kind: kinds[kind] for kind in (judge.PREVENTED, judge.UNDONE, judge.TOLD)}
    print(", ".join(f"{count} {kind}" for kind, count in held.items()))
    total = sum(held.values())
    skipped = f", {kinds[SKIPPED]} skipped" if kinds[SKIPPED] else ""
    print(f"{total} held, {kinds[FAILED]} failed{skipped}")
    return 1 if kinds[FAILED] or left or not total else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", type=program, required=True, metavar="PROGRAM")
    parser.add_argument("--agents", type=folder, metavar="DIR", help="holds the real claude and codex")
    parser.add_argument("--wall", choices=WALLS, action="append", help="what is around the agents")
    parser.add_argument("--topic", choices=TOPICS, action="append", help="a file with deeds; all but beyond if none")
    parser.add_argument("--only", action="append", metavar="TEXT", help="what has TEXT in its name, say 'as root'")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once")
    parser.add_argument("--list", action="store_true", help="print the names")
    parser.add_argument("--keep", action="store_true", help="keep the folders of what failed")
    parser.add_argument("--play", metavar="NAME", help=argparse.SUPPRESS)
    return parser.parse_args()


def folder(path):
    found = Path(path).resolve()
    for name in ("claude", "codex"):
        program(found / name)
    return found


if __name__ == "__main__":
    main()
