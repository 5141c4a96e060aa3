"""Merges, of a branch whose commits our hooks saw, and of one whose commits they did not see."""

from matrix import Matrix
from place import TASKS

CASES = Matrix()


def side(place, commit):
    """A branch `side` with two commits; its texts, the first of which is replaced in the second. HEAD is on main."""
    place.step("switch", "--quiet", "--create", "side")
    first = place.task("T-1", "first")
    commit("side 1")
    one, two = place.task("T-1", "one"), place.task("T-2", "two")
    commit("side 2")
    place.step("switch", "--quiet", "main")
    return [("T-1", first), ("T-1", one), ("T-2", two)]


def ahead(place):
    """A commit on main, so that no fast-forward is possible."""
    place.write("main.txt", "main\n")
    place.commit("main")


def both(name, act):
    """Adds `act`, a function of a place, for either kind of branch: what was seen there is not queued again."""

    @CASES.named(f"{name}, of what was seen")
    def seen(place):
        texts = side(place, place.commit)
        act(place)
        return texts

    @CASES.named(f"{name}, of what was not seen")
    def unseen(place):
        _, *texts = side(place, place.quietly)
        act(place)
        return texts


def clean(place):
    ahead(place)
    place.step("merge", "--quiet", "--no-edit", "side")


def forward(place):
    place.step("merge", "--quiet", "--ff-only", "side")


def no_forward(place):
    place.step("merge", "--quiet", "--no-ff", "--no-edit", "side")


def squash(place):
    ahead(place)
    place.step("merge", "--squash", "side")
    place.step("commit", "--quiet", "--message", "squashed")


def conflicted(place):
    place.task("T-2", "main's own")
    place.quietly("main")
    place.step("merge", "--no-edit", "side", ends=1)
    place.step("checkout", "--theirs", f"{TASKS}/T-2.task.md")
    place.commit("merged")


def conflicted_elsewhere(place):
    place.step("switch", "--quiet", "side")
    place.write("README.md", "side\n")
    place.commit("side 3")
    place.step("switch", "--quiet", "main")
    place.write("README.md", "main\n")
    place.commit("main")
    place.step("merge", "--no-edit", "side", ends=1)
    place.write("README.md", "both\n")
    place.step("add", "README.md")
    place.step("merge", "--continue", environment={"GIT_EDITOR": "true"})


both("a clean merge", clean)
both("a fast-forward", forward)
both("merge --no-ff", no_forward)
both("merge --squash", squash)
both("a merge with a conflict", conflicted)
both("a merge with a conflict elsewhere", conflicted_elsewhere)


@CASES.named("an octopus merge")
def octopus(place):
    found = []
    for number in (1, 2, 3):
        place.step("switch", "--quiet", "--create", f"side{number}", "main")
        found.append((f"T-{number}", place.task(f"T-{number}", "side")))
        place.quietly()
    place.step("switch", "--quiet", "main")
    place.step("merge", "--quiet", "--no-edit", "side1", "side2", "side3")
    return found


@CASES.named("a merge that brings nothing new of a task")
def nothing_new(place):
    place.step("switch", "--quiet", "--create", "side")
    place.write("side.txt", "side\n")
    place.commit("side")
    place.step("switch", "--quiet", "main")
    ahead(place)
    place.step("merge", "--quiet", "--no-edit", "side")
    return []
