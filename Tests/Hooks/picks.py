"""Commits that are taken from elsewhere or taken back: cherry-pick, revert, am. A series is taken once, and whole."""

from matrix import Matrix
from place import TASKS
from topic import last, topic

CASES = Matrix()


def pick(name, *range_of):
    @CASES.named(name)
    def steps(place):
        topic(place, place.quietly)
        place.step("switch", "--quiet", "main")
        place.step("branch", "--quiet", "--move", "topic", "elsewhere")
        place.step("cherry-pick", *range_of)
        return last(place)


pick("cherry-pick of a range", "main..elsewhere")
pick("cherry-pick -x of a range", "-x", "elsewhere~3..elsewhere")


@CASES.named("cherry-pick of one commit")
def pick_one(place):
    topic(place, place.quietly)
    place.step("switch", "--quiet", "main")
    place.step("cherry-pick", "topic~2")
    return last(place, "first")


@CASES.named("cherry-pick --no-commit")
def pick_without(place):
    topic(place, place.quietly)
    place.step("switch", "--quiet", "main")
    place.step("cherry-pick", "--no-commit", "main..topic")
    place.commit("picked")
    return last(place)


def blocked_pick(place, *commits):
    """A cherry-pick that stops at topic's second commit, resolved and staged."""
    topic(place, place.quietly)
    place.step("switch", "--quiet", "main")
    place.write("topic1.txt", "main\n")
    place.commit("in the way")
    place.step("cherry-pick", *commits, ends=1)
    place.write("topic1.txt", "both\n")
    place.step("add", "--all")


@CASES.named("cherry-pick of a range with a conflict and --continue")
def pick_continue(place):
    blocked_pick(place, "main..topic")
    place.step("cherry-pick", "--continue", environment={"GIT_EDITOR": "true"})
    return last(place)


@CASES.named("cherry-pick of a range with a conflict, a commit and --continue")
def pick_commit(place):
    blocked_pick(place, "main..topic")
    place.commit("resolved")
    place.step("cherry-pick", "--continue", environment={"GIT_EDITOR": "true"})
    return last(place)


@CASES.named("cherry-pick of a range with a conflict and --skip")
def pick_skip(place):
    topic(place, place.quietly)
    place.step("switch", "--quiet", "main")
    place.write("topic1.txt", "main\n")
    place.commit("in the way")
    place.step("cherry-pick", "topic~2", "topic~1", ends=1)
    place.step("cherry-pick", "--skip")
    # No hook says that it is over; the next one finds it.
    two = place.task("T-2", "two")
    place.commit()
    return [*last(place, "first"), ("T-2", two)]


@CASES.named("cherry-pick of one commit with a conflict and a commit")
def pick_one_conflict(place):
    blocked_pick(place, "topic~2", "topic~1")
    place.commit("resolved")
    return last(place, "second")


@CASES.named("revert of a new text")
def revert(place):
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-1", "two")
    place.commit()
    place.step("revert", "--no-edit", "HEAD")
    return [("T-1", one), ("T-1", two)]


@CASES.named("revert of a text that our hooks did not see")
def revert_unseen(place):
    place.task("OLD", "changed")
    place.quietly()
    place.step("revert", "--no-edit", "HEAD")
    return []


@CASES.named("revert of a deletion")
def revert_deletion(place):
    place.step("rm", "--quiet", f"{TASKS}/OLD.task.md")
    place.commit()
    place.write(f"{TASKS}/note.txt", "no task\n")
    place.commit()
    place.step("revert", "--no-edit", "HEAD~1")
    return [("OLD", (place.repository / TASKS / "OLD.task.md").read_text())]


@CASES.named("revert of a range")
def revert_range(place):
    for words in ("a", "b", "c"):
        place.task("T-1", words)
        place.quietly(words)
    place.step("revert", "--no-edit", "HEAD~2..HEAD")
    return last(place, "a")


def mails(place):
    """Topic's commits as a mailbox. HEAD is on main."""
    topic(place, place.quietly)
    box = place.step("format-patch", "--stdout", "main..topic").out
    place.step("switch", "--quiet", "main")
    place.step("branch", "--quiet", "--delete", "--force", "topic")
    return box


@CASES.named("am of several patches")
def am(place):
    place.step("am", "--quiet", stdin=mails(place))
    return last(place)


@CASES.named("am --3way with a conflict and --continue")
def am_continue(place):
    box = mails(place)
    place.write("topic1.txt", "main\n")
    place.commit("in the way")
    place.step("am", "--3way", stdin=box, ends=128)
    place.write("topic1.txt", "both\n")
    place.step("add", "--all")
    place.step("am", "--continue")
    return last(place)


@CASES.named("am --3way with a conflict and --skip")
def am_skip(place):
    box = mails(place)
    place.write("topic2.txt", "main\n")
    place.commit("in the way")
    place.step("am", "--3way", stdin=box, ends=128)
    place.step("am", "--skip")
    two = place.task("T-2", "two")
    place.commit()
    return [*last(place, "second"), ("T-2", two)]
