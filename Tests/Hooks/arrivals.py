"""Commits that others made: they are shown, and not queued."""

from matrix import Matrix, begun
from place import TASKS

CASES = Matrix()
RUN = "20260102T030405-a1b2c3"


def shared(place):
    """The repository, its remote `origin`, and a clone of it that somebody else works in."""
    begun(place)
    place.step("init", "--quiet", "--bare", "../origin.git")
    place.step("remote", "add", "origin", "../origin.git")
    place.step("push", "--quiet", "--set-upstream", "origin", "main")
    place.step("clone", "--quiet", "../origin.git", "../other")


def others_push(place, task="T-9", branch="main"):
    """Somebody else commits a task and pushes it to `branch`."""
    other = place.root / "other"
    text = place.task(task, "theirs", at=other)
    place.commit("theirs", at=other)
    place.step("push", "--quiet", "origin", f"HEAD:{branch}", at=other)
    return text


def mine(place):
    text = place.task("T-1", "mine")
    place.commit("mine")
    return [("T-1", text)]


def expect_shown(place, ended, task="T-9"):
    """Where hooks are, a line says what arrived and is not started."""
    shown = [line for line in ended.err.splitlines() if line.startswith("bpsai-pair: ")]
    assert bool(shown) == place.hooked, ended
    assert not shown or (task in shown[0] and "from others" in shown[0]), ended
    assert not place.hooked or place.kinds(task) == ["routed"], place.kinds(task)


@CASES.named("pull, fast-forward", begin=shared)
def pull_forward(place):
    others_push(place)
    expect_shown(place, place.step("pull", "--quiet", "--ff-only"))
    return mine(place)


@CASES.named("pull, merge", begin=shared)
def pull_merge(place):
    others_push(place)
    found = mine(place)
    expect_shown(place, place.step("pull", "--quiet", "--no-rebase", "--no-edit"))
    return found


for backend in ("merge", "apply"):

    @CASES.named(f"pull, rebase, {backend} backend", begin=shared)
    def pull_rebase(place, backend=backend):
        others_push(place)
        found = mine(place)
        expect_shown(place, place.step("-c", f"rebase.backend={backend}", "pull", "--quiet", "--rebase"))
        return found


@CASES.named("pull of an address, which no remote-tracking branch holds", begin=shared)
def pull_address(place):
    others_push(place)
    expect_shown(place, place.step("pull", "--quiet", "--no-rebase", "--no-edit", "../other", "main"))
    return mine(place)


@CASES.named("merge of a branch that was fetched", begin=shared)
def merge_fetched(place):
    others_push(place, branch="topic")
    place.step("fetch", "--quiet")
    expect_shown(place, place.step("merge", "--quiet", "--no-edit", "origin/topic"))
    return mine(place)


@CASES.named("rebase onto a branch that was fetched", begin=shared)
def rebase_fetched(place):
    others_push(place)
    found = mine(place)
    place.step("fetch", "--quiet")
    expect_shown(place, place.step("rebase", "--quiet", "origin/main"))
    return found


@CASES.named("a branch that is begun on one that was fetched", begin=shared)
def begin_on_fetched(place):
    others_push(place, branch="topic")
    place.step("fetch", "--quiet")
    place.step("switch", "--quiet", "--create", "topic", "origin/topic")
    return mine(place)


@CASES.named("cherry-pick of a commit that was fetched is one's own", begin=shared)
def pick_fetched(place):
    text = others_push(place, branch="topic")
    place.step("fetch", "--quiet")
    place.step("switch", "--quiet", "--create", "side")
    place.write("main.txt", "main\n")
    place.commit()
    place.step("cherry-pick", "origin/topic")
    return [("T-9", text)]


@CASES.named("what was pushed is one's own still", begin=shared)
def pushed(place):
    found = mine(place)
    place.step("push", "--quiet")
    place.step("pull", "--quiet", "--no-rebase")
    place.write("README.md", "no task\n")
    place.commit()
    return found


@CASES.named("a text of theirs that is changed here is one's own", begin=shared)
def changed_here(place):
    others_push(place)
    place.step("pull", "--quiet", "--ff-only")
    text = place.task("T-9", "changed here")
    place.commit()
    return [("T-9", text)]


@CASES.named("an agent's result is merged, fast-forward")
def result_forward(place):
    result(place)
    place.step("merge", "--quiet", "--ff-only", "paircoder/T-8")
    return []


@CASES.named("an agent's result is merged")
def result_merged(place):
    result(place)
    place.write("main.txt", "main\n")
    place.commit()
    place.step("merge", "--quiet", "--no-edit", "paircoder/T-8")
    return []


@CASES.named("an agent's result is merged with --squash")
def result_squashed(place):
    result(place)
    place.step("merge", "--quiet", "--squash", "paircoder/T-8")
    place.step("commit", "--quiet", "--message", "the result")
    return []


def result(place):
    """A branch as a run leaves it: its task is done, and a note for a task to come is in it."""
    place.step("switch", "--quiet", "--create", "paircoder/T-8")
    place.task("T-8", "done by an agent", status="done")
    place.write("hello.txt", "hello\n")
    place.step("add", "--all")
    message = f"T-8: Greet\n\nPairCoder-Task: T-8\nPairCoder-Run: {RUN}\nPairCoder-Agent: codex-cli\n"
    place.step("commit", "--quiet", "--message", message, environment={"BPSAI_PAIR_SKIP": "1"})
    place.step("switch", "--quiet", "main")


@CASES.named("a task that an agent wrote is merged with its result")
def result_with_task(place):
    result(place)
    place.step("switch", "--quiet", "paircoder/T-8")
    place.task("T-7", "thought up by an agent")
    place.step("add", "--all")
    place.step("commit", "--quiet", "--amend", "--no-edit", environment={"BPSAI_PAIR_SKIP": "1"})
    place.step("switch", "--quiet", "main")
    place.step("merge", "--quiet", "--ff-only", "paircoder/T-8")
    return []


@CASES.named("a commit on an agent's branch")
def on_result(place):
    place.step("switch", "--quiet", "--create", "paircoder/T-8")
    place.task("T-1", "one")
    place.commit()
    return []


@CASES.named("a commit inside a run")
def in_run(place):
    place.task("T-1", "one")
    place.commit(environment={"PAIRCODER_RUN": RUN, "PAIRCODER_TASK": "T-8"})
    return []


@CASES.named("a commit with the trailer of a run")
def trailer(place):
    place.task("T-1", "one")
    place.commit(f"T-8: Greet\n\nPairCoder-Run: {RUN}")
    place.write(f"{TASKS}/note.txt", "no task\n")
    place.commit()
    return []
