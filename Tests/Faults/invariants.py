"""What must hold, right after a fault and once the next command has put things in order."""

import json

from scenarios import TASK


def hold_at_once(stage, before):
    """The user's things are as they were, nobody works on, the log reads, nothing is lost."""
    expect_equal(stage.belongings(), before)
    left = stage.processes_left()
    assert not left, f"these processes are left: {left}"
    first, second = (stage.pair("status", "--json") for _ in range(2))
    assert first.status == second.status == 0, str(first)
    assert first.out == second.out, f"status differs: {first.out}\n{second.out}"
    json.loads(first.out)
    reachable, standing = stage.reachable(), stage.standing()
    lost = [line for blob, line in stage.journal().items() if blob not in reachable and blob not in standing]
    assert not lost, f"lost: {lost}"


def hold_in_the_end(scenario, stage, before):
    """Refs keep all that agents wrote, branch and log agree, nothing is left standing, one result counts."""
    expect_equal(stage.belongings(), before)
    left = stage.processes_left()
    assert not left, f"these processes are left: {left}"
    assert not stage.worktrees_left(), f"left: {stage.worktrees_left()}"
    assert not stage.locks_left(), f"left: {stage.locks_left()}"
    reachable = stage.reachable()
    lost = [line for blob, line in stage.journal().items() if blob not in reachable]
    assert not lost, f"no ref holds: {lost}"
    events = stage.events(TASK)
    assert events.count("committed") in scenario.committed, events
    refs = stage.refs()
    branch = refs.get(f"refs/heads/paircoder/{TASK}")
    assert (branch is not None) == scenario.has_branch, f"branch {branch}, log {events}"
    if branch:
        result = stage.trailer(TASK, "Commit")
        assert branch == result, f"the branch stands at {branch}, the log says {result}"
        names = stage.git("ls-tree", "-r", "--name-only", branch).splitlines()
        missing = [name for name in scenario.result if name not in names]
        assert not missing, f"the result lacks {missing}: {names}"
        assert "notes.log" not in names and "stray.txt" not in names, names
        note = stage.git("notes", "--ref=paircoder", "show", branch)
        assert TASK in note, note
    assert not scenario.holds or scenario.holds(stage), events


def expect_equal(after, before):
    names = {name for name in {*after, *before} if after.get(name) != before.get(name)}
    assert not names, f"of the user's these changed: {sorted(names)}"
