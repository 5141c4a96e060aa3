"""Hooks of several commits at the same time."""

from matrix import expect_queue
from scenes import Scenes

CASES = Scenes()
WORKTREES = 5
TURNS = 4


@CASES.at_place(f"commits in {WORKTREES} worktrees at once, {TURNS} times")
def at_once(place):
    place.hooks("install")
    tops = [place.root / f"linked{number}" for number in range(WORKTREES)]
    for top in tops:
        place.step("worktree", "add", "--quiet", "-b", top.name, str(top))
    found = []
    for turn in range(TURNS):
        for number, top in enumerate(tops):
            task = f"T-{number}-{turn}"
            found.append((task, place.task(task, "work", at=top)))
            place.step("add", "--all", at=top)
        commit = ["git", "commit", "--quiet", "--message", "work"]
        for running in [place.start(commit, folder=top) for top in tops]:
            ended = running.finish(60)
            assert ended.status == 0 and len(ended.err.splitlines()) == 1, str(ended)
    expect_queue(place, found)


@CASES.at_place(f"the same task in {WORKTREES} worktrees at once")
def same_task(place):
    place.hooks("install")
    tops = [place.root / f"linked{number}" for number in range(WORKTREES)]
    for top in tops:
        place.step("worktree", "add", "--quiet", "-b", top.name, str(top))
        text = place.task("T-1", "one", at=top)
        place.step("add", "--all", at=top)
    commit = ["git", "commit", "--quiet", "--message", "work"]
    for running in [place.start(commit, folder=top) for top in tops]:
        ended = running.finish(60)
        assert ended.status == 0, str(ended)
    expect_queue(place, [("T-1", text)])
