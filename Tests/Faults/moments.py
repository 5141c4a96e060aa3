"""Kills at any moment, and so in the middle of effects: while a tree is checked out or removed, while files are
copied, while git works. The killing alone, or of all that it started in its own group, as a power cut would."""

import os
import random
import signal
import time

from invariants import hold_at_once, hold_in_the_end
from points import run
from scenarios import CLAUDE, CONFIG, RUN, Scenario, prepare
from stage import Stage

NAME = "killed at any moment"
ROUNDS = 40
FILES = 3000
COPIES = 300
# The worktree of the next run is made anew, or the pool's is moved on by what another commit changed.
SCENARIO = Scenario(
    NAME,
    (*CLAUDE, "--again"),
    recovery=RUN,
    committed=tuple(range(1, 2 * ROUNDS + 3)),
    config=CONFIG + "  worktrees: {pool: 1}\n",
    files={f"part{number // 100}/file{number}.txt": f"line {number}\n" * 40 for number in range(FILES)}
    | {".worktreeinclude": "local/\n", ".gitignore": "*.log\nlocal/\n"},
    untracked={f"local/copy{number}.txt": f"copy {number}\n" * 40 for number in range(COPIES)},
    scripts={"claude": "write hello.txt; write deep/notes.log; rm part1/file150.txt; mkdir -p many; "
             "i=0; while [ $i -lt 500 ]; do echo $i > many/$i.log; i=$((i+1)); done"},
)


def run_all(pair, rounds=ROUNDS):
    """Returns at how many moments it was still at work, in words."""
    chance = random.Random(7)
    stage = Stage(pair)
    try:
        prepare(SCENARIO, stage)
        length = longest(stage)
        struck = 0
        for number in range(rounds):
            struck += strike(stage, length * (number + chance.random()) / rounds, chance.random() < 0.5, number)
        assert struck > rounds // 2, f"only {struck} of {rounds} kills met it at work"
        return f"{struck} of {rounds} kills met it at work, over {length:.1f} s"
    finally:
        stage.close()


def longest(stage):
    """How long a run takes that makes its worktree, and one that finds it."""
    times = []
    for _ in range(2):
        start = time.monotonic()
        ended = run(SCENARIO, stage, {})
        assert ended.status == 0, str(ended)
        times.append(time.monotonic() - start)
    return max(times)


def strike(stage, seconds, is_group, number):
    """Kills a run after so many seconds; whether it still ran. All must hold then, and after the next command."""
    if number % 3 == 0:
        ended = stage.pair("worktree", "clean")
        assert ended.status == 0, str(ended)
    elif number % 3 == 1:
        stage.write(f"part2/file{200 + number}.txt", f"changed in round {number}\n")
        stage.git("commit", "--quiet", "--only", f"part2/file{200 + number}.txt", "--message", f"Round {number}")
    before = stage.belongings()
    process = stage.start([stage.pair_program, *SCENARIO.command])
    time.sleep(seconds)
    was_at_work = process.process.poll() is None
    if was_at_work:
        (os.killpg if is_group else os.kill)(process.process.pid, signal.SIGKILL)
    process.finish(30)
    where = f"round {number}, {'all' if is_group else 'itself'} killed after {seconds:.3f} s"
    try:
        hold_at_once(stage, before)
        ended = stage.pair(*SCENARIO.recovery)
        if ended.status != 0 and "lock" in ended.err:
            time.sleep(61)  # Only locks older than a minute are taken for a dead process's.
            ended = stage.pair(*SCENARIO.recovery)
        assert ended.status == 0, str(ended)
        hold_in_the_end(SCENARIO, stage, before)
        stage.git("fsck", "--connectivity-only")
    except AssertionError as error:
        raise AssertionError(f"{where}: {error}") from None
    return was_at_work
