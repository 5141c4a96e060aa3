"""A plan that runs side by side is killed at random points and run again: in the end every branch holds the very
tree that it holds where nothing happened."""

import random
import signal

from invariants import expect_equal
from points import effects_of
from stage import Stage

NAME = "a plan that is killed at random points ends like one that is not"
TASKS = 12
KILLS = 12
COMMAND = ("orchestrate", "--plan", "killed", "--parallel", "3", "--agent", "claude")
# Deterministic, unlike `write`: what a task finds of others is part of its result.
SCRIPT = """
ls > "list-$PAIRCODER_TASK.txt"
echo "$PAIRCODER_TASK" >> shared-$((${PAIRCODER_TASK#T} % 3)).txt
sleep 0.$((${PAIRCODER_TASK#T} % 4))
echo done > "$PAIRCODER_TASK.txt"
"""


def prepare(stage, generator):
    """Tasks that depend on each other at random; those with the same remainder declare the same file."""
    stage.make_repository()
    stage.write("shared-0.txt", "")
    for number in range(TASKS):
        needs = [f"T{other}" for other in range(number) if generator.random() < 0.2]
        head = [
            f"id: T{number}", "title: Greet", "type: feature", "sprint: killed", "complexity: 75",
            "status: pending", f"priority: P{generator.randrange(3)}", f"depends_on: [{', '.join(needs)}]",
        ]  # fmt: skip
        body = f"# Files to Modify\n\n- `shared-{number % 3}.txt`\n"
        stage.write(f".paircoder/tasks/T{number}.task.md", "\n".join(["---", *head, "---", "", body]))
    stage.commit("tasks")
    stage.script("claude", SCRIPT)


def run(pair, seed=7):
    """Returns what was done, in words."""
    generator = random.Random(seed)
    template = Stage(pair)
    try:
        prepare(template, generator)
        wanted, effects = undisturbed(template)
        starts = 0
        for _ in range(KILLS):
            starts += killed(template, wanted, effects, generator)
        return f"{KILLS} plans, {starts} starts, {len(wanted)} trees each"
    finally:
        template.close()


def undisturbed(template):
    """The trees of the branches, and how many effects it takes."""
    stage = template.copy()
    try:
        ended = stage.start([stage.pair_program, *COMMAND], environment=[("BPSAI_PAIR_TRACE", "1")]).finish(120)
        assert ended.status == 0, str(ended)
        trees = trees_of(stage)
        assert len(trees) == TASKS, trees
        return trees, len(effects_of(ended))
    finally:
        stage.close()


def killed(template, wanted, effects, generator):
    """Kills it up to three times, then lets it end; returns how often it was started."""
    stage = template.copy()
    try:
        before = stage.belongings()
        points = [generator.randrange(1, effects) for _ in range(generator.randrange(1, 4))]
        for point in points:
            fault = [("BPSAI_PAIR_FAULT", f"kill@{point}")]
            ended = stage.start([stage.pair_program, *COMMAND], environment=fault).finish(120)
            # A plan that goes on takes fewer effects: the point may lie behind its end.
            assert ended.status in (0, -signal.SIGKILL), str(ended)
            left = stage.processes_left()
            assert not left, f"these processes are left: {left}"
        ended = stage.pair(*COMMAND)
        assert ended.status == 0, f"after {points}: {ended}"
        expect_equal(stage.belongings(), before)
        trees = trees_of(stage)
        differ = sorted(name for name in {*trees, *wanted} if trees.get(name) != wanted.get(name))
        assert not differ, f"after {points} these differ: {differ}"
        assert not stage.worktrees_left(), f"left: {stage.worktrees_left()}"
        assert not stage.locks_left(), f"left: {stage.locks_left()}"
        return len(points) + 1
    finally:
        stage.close()


def trees_of(stage):
    form = "--format=%(refname) %(tree)"
    return dict(line.split(" ") for line in stage.git("for-each-ref", form, "refs/heads/paircoder").splitlines())
