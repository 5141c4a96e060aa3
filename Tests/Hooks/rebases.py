"""History that is made anew: each rebase is taken once, and whole; no text of a step in between is queued."""

from matrix import Matrix
from topic import last, topic

CASES = Matrix()
MANY = 50


def unseen(name, **more):
    """Adds steps on a topic whose commits our hooks did not see: the last text is queued, once."""

    def add(act):
        def steps(place):
            topic(place, place.quietly)
            act(place)
            return last(place)

        return CASES.named(name, **more)(steps)

    return add


def seen(name, **more):
    """Adds steps on a topic whose commits our hooks did see: nothing is queued again."""

    def add(act):
        def steps(place):
            topic(place, place.commit)
            act(place)
            return [("T-1", place.task("T-1", words)) for words in ("first", "second", "last")]

        return CASES.named(name, **more)(steps)

    return add


def editor(place, name, lines):
    """A program that edits the list of an interactive rebase with a sed script."""
    file = place.root / "home" / name
    file.write_text(f'#!/bin/sh\nexec sed -i {lines} "$1"\n')
    file.chmod(0o755)
    return {"GIT_SEQUENCE_EDITOR": str(file), "GIT_EDITOR": "true"}


for backend in ("merge", "apply"):

    def rebase(place, backend=backend):
        place.step("rebase", "--quiet", f"--{backend}", "main")

    unseen(f"rebase, {backend} backend")(rebase)
    seen(f"rebase, {backend} backend, of what was seen")(rebase)

    @unseen(f"rebase with a conflict, {backend} backend")
    def rebase_conflict(place, backend=backend):
        place.step("switch", "--quiet", "main")
        place.write("topic1.txt", "main\n")
        place.commit("in the way")
        place.step("switch", "--quiet", "topic")
        place.step("rebase", f"--{backend}", "main", ends=1)
        place.write("topic1.txt", "both\n")
        place.step("add", "--all")
        place.step("rebase", "--continue", environment={"GIT_EDITOR": "true"})

    @CASES.named(f"rebase of {MANY} commits, {backend} backend")
    def rebase_many(place, backend=backend):
        topic(place, place.quietly, [f"text {number}" for number in range(MANY)])
        place.step("rebase", "--quiet", f"--{backend}", "main")
        return last(place, f"text {MANY - 1}")

    @CASES.named(f"rebase --abort, {backend} backend")
    def rebase_abort(place, backend=backend):
        topic(place, place.commit)
        place.step("switch", "--quiet", "main")
        place.write("topic2.txt", "main\n")
        place.commit("in the way")
        place.step("switch", "--quiet", "topic")
        place.step("rebase", f"--{backend}", "main", ends=1)
        place.step("rebase", "--abort")
        two = place.task("T-2", "two")
        place.commit()
        return [("T-1", place.task("T-1", words)) for words in ("first", "second", "last")] + [("T-2", two)]


@CASES.named("an interactive rebase with edit")
def rebase_edit(place):
    topic(place, place.quietly)
    place.step("rebase", "--interactive", "main", environment=editor(place, "edit", "'3s/^pick/edit/'"))
    place.task("T-1", "amended, and then again")
    place.commit("amended", "--amend")
    place.task("T-1", "amended")
    place.commit("amended", "--amend")
    place.step("rebase", "--continue", environment={"GIT_EDITOR": "true"})
    return last(place, "amended")


@CASES.named("an interactive rebase with edit that adds a commit")
def rebase_split(place):
    topic(place, place.quietly)
    place.step("rebase", "--interactive", "main", environment=editor(place, "edit", "'1s/^pick/edit/'"))
    two = place.task("T-2", "two")
    place.commit("added")
    place.step("rebase", "--continue", environment={"GIT_EDITOR": "true"})
    return [*last(place), ("T-2", two)]


@unseen("an interactive rebase with fixup")
def rebase_fixup(place):
    place.step("rebase", "--interactive", "main", environment=editor(place, "fixup", "'2,$s/^pick/fixup/'"))


@unseen("an interactive rebase with squash and exec")
def rebase_squash(place):
    lines = "-e '2,3s/^pick/squash/' -e '3aexec true'"
    place.step("rebase", "--interactive", "main", environment=editor(place, "squash", lines))


@CASES.named("an interactive rebase that drops the last text")
def rebase_drop(place):
    topic(place, place.quietly)
    place.step("rebase", "--interactive", "main", environment=editor(place, "drop", "'3s/^pick/drop/'"))
    return last(place, "second")


@unseen("rebase --autosquash")
def autosquash(place):
    place.write("topic0.txt", "better\n")
    place.step("add", "--all")
    place.step("commit", "--quiet", "--fixup", "HEAD~2", environment={"BPSAI_PAIR_SKIP": "1"})
    place.step("rebase", "--quiet", "--interactive", "--autosquash", "main", environment=editor(place, "as", "''"))


@unseen("rebase --autostash")
def autostash(place):
    place.write("README.md", "dirty\n")
    place.step("rebase", "--quiet", "--autostash", "main")


@unseen("rebase --rebase-merges")
def rebase_merges(place):
    place.step("switch", "--quiet", "--create", "part", "HEAD~1")
    place.write("part.txt", "part\n")
    place.quietly("part")
    place.step("switch", "--quiet", "topic")
    place.step("merge", "--quiet", "--no-edit", "part", environment={"BPSAI_PAIR_SKIP": "1"})
    place.step("rebase", "--quiet", "--rebase-merges", "main")


@unseen("rebase --onto")
def rebase_onto(place):
    place.step("rebase", "--quiet", "--onto", "main", "topic~3")


@CASES.named("reset --hard back and forth")
def reset(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("reset", "--quiet", "--hard", "HEAD~1")
    place.step("reset", "--quiet", "--hard", "HEAD@{1}")
    place.write("README.md", "no task\n")
    place.commit()
    return [("T-1", one)]


@CASES.named("rebase --root")
def rebase_root(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("rebase", "--quiet", "--root", "--force-rebase")
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("filter-branch")
def filter_branch(place):
    one = place.task("T-1", "one")
    place.commit()
    squelch = {"FILTER_BRANCH_SQUELCH_WARNING": "1"}
    place.step("filter-branch", "--msg-filter", "cat; echo more", "--", "HEAD~1..HEAD", environment=squelch)
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]
