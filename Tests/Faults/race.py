"""Eight processes carry out the same hundred tasks at once: each runs once, and little time is lost."""

import time

from stage import Stage

NAME = "eight processes carry out the same tasks"
PROCESSES = 8
TASKS = 100
AGENT_IN_SECONDS = 2
# Wall time over what eight agents at a time need for all tasks.
LIMIT = 1.3


def prepare(stage, tasks):
    stage.make_repository()
    for number in range(tasks):
        task = f"TASK-{number:03}"
        stage.write(
            f".paircoder/tasks/{task}.task.md",
            f"---\nid: {task}\ntitle: Greet\ntype: feature\nsprint: race\ncomplexity: 75\nstatus: pending\n---\n\nGreet.\n",
        )
    stage.commit("tasks")
    stage.script("claude", f"sleep {AGENT_IN_SECONDS}; write hello-$PAIRCODER_TASK.txt")


def run(pair, tasks=TASKS):
    """Returns how long it took, in words."""
    stage = Stage(pair)
    try:
        prepare(stage, tasks)
        before = stage.belongings()
        start = time.monotonic()
        command = [pair, "orchestrate", "--plan", "race", "--agent", "claude"]
        running = [stage.start(command) for _ in range(PROCESSES)]
        ended = [process.finish(600) for process in running]
        seconds = time.monotonic() - start
        assert stage.belongings() == before, "the user's things changed"
        calls = len((stage.stand_in / "calls").read_text().splitlines())
        for number in range(tasks):
            events = stage.events(f"TASK-{number:03}")
            assert events.count("committed") == 1, f"TASK-{number:03}: {events}\n{ended[0]}"
            assert events.count("started") == 1, f"TASK-{number:03}: {events}"
        assert calls == tasks, f"{calls} agents for {tasks} tasks"
        assert not stage.worktrees_left() and not stage.locks_left()
        ratio = seconds / (tasks * AGENT_IN_SECONDS / PROCESSES)
        assert ratio <= LIMIT, f"{seconds:.1f} s are {ratio:.2f} times the agents' time"
        return f"{seconds:.1f} s are {ratio:.2f} times the agents' time"
    finally:
        stage.close()
