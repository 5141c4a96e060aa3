"""Agents that do what they should not: each run ends as stated, nothing is lost, nothing of theirs is executed
by our git, and the user's things stay as they are."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from invariants import expect_equal
from scenarios import CLAUDE, RUN, TASK, Scenario, prepare

COMMITTED, FAILED = "committed", "failed"
MEMORY_IN_KIB = 32 << 10
# What a program of the agent's touches when our git executes it.
TRAP = r"""
trap_at() { printf '#!/bin/sh\ntouch "%s"\n' "$STAND_IN/sprung" > "$1"; chmod +x "$1"; }
"""


@dataclass(frozen=True)
class Hostile:
    name: str
    script: str
    event: str = COMMITTED
    # The class of the failure, in the log.
    failure: str = ""
    config: str = ""
    # The files that the result has, and those that it has not.
    holds: tuple = ("hello.txt",)
    lacks: tuple = ()
    # More that must hold, of the stage.
    more: Callable = lambda stage: True
    # Whether it changes hello.txt after it said that it stands.
    writes_on: bool = False
    # What the next agent does; empty where nobody else may take the task.
    next: str = ""
    prints_much: bool = False
    limit: int = 60


FLOOD = "yes error | head -c 2000000000"
GARBAGE = 'echo garbage > "$(git rev-parse --git-dir)/index"'
SHORT = "orchestrate:\n  timeout: 2s\n"
HOSTILE = [
    Hostile("hangs", "write part.txt; sleep 300", FAILED, "timed-out", SHORT),
    Hostile(
        "ignores signals", "write part.txt; trap '' INT TERM HUP; while :; do sleep 1; done", FAILED, "timed-out", SHORT
    ),
    Hostile("forks a daemon", "write hello.txt; setsid sh -c 'trap \"\" INT TERM HUP; sleep 300' & sleep 0.2"),
    Hostile(
        "forks a daemon that writes on",
        "write hello.txt; setsid sh -c 'while :; do echo x >> hello.txt; sleep 0.01; done' & sleep 0.2",
        writes_on=True,
    ),
    Hostile(
        "prints two gigabytes in lines",
        "yes '{\"type\":\"noise\",\"text\":\"01234567890123456789\"}' | head -c 2000000000; write hello.txt",
        FAILED,
        "bad-output",
        prints_much=True,
    ),
    Hostile("prints two gigabytes of errors", FLOOD + " >&2; write hello.txt", FAILED, "bad-output", prints_much=True),
    Hostile(
        "prints two gigabytes of errors and may",
        FLOOD + " >&2; write hello.txt",
        config="orchestrate:\n  limits: {output: 4g}\n",
        prints_much=True,
    ),
    Hostile(
        "prints a line that does not end and may",
        "head -c 400000000 /dev/zero | tr '\\0' x; echo; write hello.txt",
        config="orchestrate:\n  limits: {output: 1g}\n",
        prints_much=True,
    ),
    Hostile(
        "writes outside its worktree",
        'write hello.txt; echo stray > "$STAND_IN/stray.txt"; ln -s "$STAND_IN" out; echo more > out/more.txt',
        holds=("hello.txt", "out"),
        lacks=("out/more.txt", "stray.txt"),
    ),
    Hostile("deletes the git file", "rm .git; write hello.txt"),
    Hostile(
        "replaces the git file",
        TRAP
        + "rm .git; git init -q; trap_at .git/monitor; git config core.fsmonitor $PWD/.git/monitor; "
        + "git config core.hooksPath $PWD/.git; cp .git/monitor .git/post-commit; cp .git/monitor .git/pre-commit; "
        + "git config filter.x.clean $PWD/.git/monitor; echo '* filter=x' > .gitattributes; write hello.txt",
        FAILED,
        "bad-output",
    ),
    Hostile(
        "leads the git file elsewhere",
        'git init -q "$STAND_IN/evil"; echo "gitdir: $STAND_IN/evil/.git" > .git; write hello.txt',
    ),
    Hostile(
        "leaves a nested repository",
        TRAP
        + "git init -q inner; cd inner; write deep.txt; git add .; "
        + "$COMMIT -qm x; "
        + "trap_at .git/monitor; git config core.fsmonitor $PWD/.git/monitor; cd ..; write hello.txt",
        FAILED,
        "out-of-scope",
    ),
    Hostile(
        "hides a change by skip-worktree",
        "git update-index --skip-worktree README.md; write README.md; write hello.txt",
        more=lambda stage: "README.md by claude" in stage.git("show", f"paircoder/{TASK}:README.md"),
    ),
    Hostile(
        "hides a change by assume-unchanged",
        "git update-index --assume-unchanged README.md; write README.md; write hello.txt",
        more=lambda stage: "README.md by claude" in stage.git("show", f"paircoder/{TASK}:README.md"),
    ),
    Hostile(
        "adds hooks for its own worktree",
        TRAP
        + "mkdir -p hooks; for h in pre-commit post-commit post-checkout reference-transaction post-index-change; "
        + "do trap_at hooks/$h; done; write hello.txt",
        holds=("hello.txt", "hooks/post-commit"),
    ),
    Hostile(
        "commits by itself",
        "write hello.txt; git add .; $COMMIT -qm mine; "
        "write second.txt; git add second.txt; $COMMIT -qm more; git reset -q --hard HEAD~1",
    ),
    Hostile("goes to another commit", "write hello.txt; git add .; git checkout -q --detach HEAD; write other.txt"),
    Hostile(
        "switches to a branch of its own",
        f"git checkout -q -b paircoder/own-{TASK}; write hello.txt; git add .; $COMMIT -qm x",
    ),
    Hostile("breaks its index", "write hello.txt; " + GARBAGE, FAILED, "bad-output"),
    Hostile(
        "breaks its index, and another goes on", "write part.txt; " + GARBAGE, next="write hello.txt",
        lacks=("part.txt",),
    ),
    Hostile(
        "removes what git keeps of its worktree, and another goes on",
        'write part.txt; rm -r "$(git rev-parse --git-dir)"', next="write hello.txt",
    ),
    Hostile(
        "removes its worktree, and another goes on", 'cd /; rm -rf "$OLDPWD"', next="write hello.txt",
    ),
    Hostile("leaves an index lock", "write hello.txt; touch \"$(git rev-parse --git-dir)/index.lock\""),
    Hostile(
        "leaves ten thousand files",
        "mkdir many; i=0; while [ $i -lt 10000 ]; do echo $i > many/$i.txt; i=$((i+1)); done; write hello.txt",
        holds=("hello.txt", "many/9999.txt"),
        limit=180,
    ),
    Hostile("exits 137", "write part.txt; exit 137", FAILED, "crashed"),
    Hostile("is killed", "write part.txt; kill -KILL $$", FAILED, "crashed"),
    Hostile("prints broken JSON", "write part.txt; printf '{\"type\":\"resu'; exit 0", FAILED),
    Hostile("prints bytes that are no text", "write part.txt; head -c 100000 /dev/urandom; exit 0", FAILED),
    Hostile("claims success without a change", "true", "unchanged"),
    Hostile("removes what was there", "rm README.md; write hello.txt", lacks=("README.md",)),
    Hostile("leaves folders that nobody may write", "write deep/hello.log; write hello.txt; chmod 500 deep"),
    Hostile("leaves pipes and sockets", "write hello.txt; mkfifo pipe", lacks=("pipe",)),
    Hostile("removes its worktree", 'cd /; rm -rf "$OLDPWD"', FAILED, "bad-output"),
]


def judge(hostile, stage):
    """Runs the agent, and checks what came of it."""
    prepare(Scenario(hostile.name, CLAUDE), stage)
    if hostile.config:
        stage.write(".paircoder/config.yaml", hostile.config)
        stage.commit("limits")
    stage.script("claude", hostile.script)
    if hostile.next:
        stage.script("codex", hostile.next)
    before = stage.belongings()
    running = stage.start([stage.pair_program, *(RUN if hostile.next else CLAUDE)])
    memory = 0
    deadline = time.monotonic() + hostile.limit
    while not running.has_ended() and time.monotonic() < deadline:
        memory = max(memory, peak_in_kib(running.process.pid))
        time.sleep(0.02)
    ended = running.finish(1)
    expect_equal(stage.belongings(), before)
    left = stage.processes_left()
    assert not left, f"these processes are left: {left}"
    assert not (stage.stand_in / "sprung").exists(), "our git executed what the agent left"
    event = stage.events(TASK)[-1]
    assert event == hostile.event, f"{event}\n{ended}"
    assert (ended.status == 0) == (event == COMMITTED), str(ended)
    if hostile.failure:
        assert stage.trailer(TASK, "Failure") == hostile.failure, str(ended)
    kept = stage.reachable() | stage.standing()
    lost = [line for blob, line in stage.journal().items() if blob not in kept]
    if hostile.writes_on:
        lost = [line for line in lost if not line.startswith("hello.txt")]
    assert not lost, f"lost: {lost}\n{ended}"
    if event == COMMITTED:
        names = set(stage.git("ls-tree", "-r", "--name-only", f"paircoder/{TASK}").splitlines())
        assert names.issuperset(hostile.holds), f"{sorted(names)[:20]}\n{ended}"
        assert names.isdisjoint(hostile.lacks), sorted(names)[:20]
    assert hostile.more(stage), str(ended)
    assert not stage.locks_left(), stage.locks_left()
    if hostile.prints_much:
        usual = usual_peak_in_kib(stage)
        assert memory < usual + MEMORY_IN_KIB, f"it took {memory} KiB, and usually {usual}"


def peak_in_kib(pid):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def usual_peak_in_kib(stage):
    """What a run needs whose agent says little."""
    stage.script("claude", "write hello.txt; sleep 0.3")
    running = stage.start([stage.pair_program, *CLAUDE, "--again"])
    usual = 0
    while not running.has_ended():
        usual = max(usual, peak_in_kib(running.process.pid))
        time.sleep(0.02)
    return usual
