"""Commits of all kinds, and what they do to task files."""

from matrix import Matrix
from place import CONFIG, TASKS

CASES = Matrix()


@CASES.named("a commit")
def commit(place):
    one, two = place.task("T-1", "one"), place.task("T-2", "two")
    place.commit()
    place.write("README.md", "no task\n")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("a commit that changes a task, and one that changes it back")
def changed(place):
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-1", "two")
    place.commit()
    place.task("T-1", "one")
    place.commit()
    return [("T-1", one), ("T-1", two)]


@CASES.named("commit --amend of a text")
def amend(place):
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-1", "two")
    place.commit("work", "--amend")
    return [("T-1", one), ("T-1", two)]


@CASES.named("commit --amend of a message")
def amend_message(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("commit", "--quiet", "--amend", "--message", "better said")
    return [("T-1", one)]


@CASES.named("commit --no-verify")
def no_verify(place):
    place.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    (place.repository / ".git/hooks/pre-commit").chmod(0o755)
    one = place.task("T-1", "one")
    place.commit(ends=1)
    place.commit("work", "--no-verify")
    return [("T-1", one)]


@CASES.named("commit -a")
def commit_all(place):
    one = place.task("OLD", "changed")
    place.task("T-1", "not tracked")
    place.step("commit", "--quiet", "--all", "--message", "work")
    return [("OLD", one)]


@CASES.named("a partial commit")
def partial(place):
    one = place.task("T-1", "one")
    place.task("T-2", "staged, and left out")
    place.step("add", "--all")
    place.step("commit", "--quiet", "--message", "work", f"{TASKS}/T-1.task.md")
    return [("T-1", one)]


@CASES.named("a partial commit of what is staged in part")
def staged_in_part(place):
    one = place.task("T-1", "one")
    place.step("add", "--all")
    place.task("T-1", "not staged")
    place.step("commit", "--quiet", "--message", "work")
    return [("T-1", one)]


@CASES.named("commit with a fixed author, date and committer")
def identities(place):
    one = place.task("T-1", "one")
    committer = {"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.invalid"}
    author = ("--author", "A <a@example.invalid>", "--date", "2001-02-03T04:05:06+0700")
    place.commit("work", *author, environment=committer)
    return [("T-1", one)]


@CASES.named("the first commit", begin=lambda place: place.step("init", "--quiet"))
def first(place):
    place.write(".paircoder/config.yaml", CONFIG)
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("an orphan branch")
def orphan(place):
    place.step("checkout", "--quiet", "--orphan", "other")
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("a detached HEAD")
def detached(place):
    place.step("checkout", "--quiet", "--detach")
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("a detached HEAD that becomes a branch")
def detached_named(place):
    place.step("checkout", "--quiet", "--detach")
    one = place.task("T-1", "one")
    place.commit()
    place.step("switch", "--quiet", "--create", "kept")
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("a new branch")
def branch(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("switch", "--quiet", "--create", "other")
    two = place.task("T-2", "two")
    place.commit()
    place.step("switch", "--quiet", "main")
    three = place.task("T-3", "three")
    place.commit()
    return [("T-1", one), ("T-2", two), ("T-3", three)]


@CASES.named("stash and stash pop")
def stash(place):
    place.task("OLD", "changed")
    place.task("T-1", "one")
    place.step("stash", "push", "--quiet", "--include-untracked")
    place.write("README.md", "no task\n")
    place.commit()
    place.step("stash", "pop", "--quiet")
    return []


@CASES.named("a commit of what was stashed")
def stashed(place):
    one = place.task("T-1", "one")
    place.step("add", "--all")
    place.step("stash", "push", "--quiet")
    place.step("stash", "apply", "--index", "--quiet")
    place.commit()
    return [("T-1", one)]


@CASES.named("a renamed file")
def renamed(place):
    place.step("mv", f"{TASKS}/OLD.task.md", f"{TASKS}/moved.task.md")
    place.commit()
    return []


@CASES.named("a renamed and changed file")
def renamed_and_changed(place):
    place.step("mv", f"{TASKS}/OLD.task.md", f"{TASKS}/moved.task.md")
    text = place.task("OLD", "changed", path=f"{TASKS}/moved.task.md")
    place.commit()
    return [("OLD", text)]


@CASES.named("a deleted task leaves the queue")
def deleted(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("rm", "--quiet", f"{TASKS}/T-1.task.md")
    place.commit()
    place.taken_out.add("T-1")
    return [("T-1", one)]


@CASES.named("a task that is done leaves the queue")
def done(place):
    one = place.task("T-1", "one")
    place.commit()
    place.task("T-1", "one", status="done")
    place.commit()
    place.taken_out.add("T-1")
    return [("T-1", one)]


@CASES.named("tasks that are done, blocked, archived or drafts")
def at_rest(place):
    for number, status in enumerate(("done", "blocked", "archived", "draft", "in_progress", "review"), 1):
        place.task(f"T-{number}", status, status=status)
    place.commit()
    return []


@CASES.named("a task whose status turns to ready")
def turned(place):
    found = []
    for number, status in enumerate(("pending", "ready", "planned"), 1):
        place.task(f"T-{number}", "draft", status="draft")
        place.commit()
        found.append((f"T-{number}", place.task(f"T-{number}", "draft", status=status)))
        place.commit()
    return found


@CASES.named("a task that a reset takes away leaves the queue")
def reset_away(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("reset", "--quiet", "--hard", "HEAD~1")
    place.write("README.md", "no task\n")
    place.commit()
    place.taken_out.add("T-1")
    return [("T-1", one)]


@CASES.named("a task that is taken up again is queued again")
def again(place):
    one = place.task("T-1", "one")
    place.commit()
    place.task("T-1", "one", status="done")
    place.commit()
    place.taken_out.add("T-1")
    place.task("T-1", "one")
    place.commit()
    return [("T-1", one), ("T-1", one)]


@CASES.named("a change of mode alone")
def mode(place):
    (place.repository / TASKS / "OLD.task.md").chmod(0o755)
    place.commit()
    return []


@CASES.named("files with strange names")
def strange_names(place):
    found = []
    for number, name in enumerate(("a b", "\u00e4 \U0001f600", 'q"uo\'te', "new\nline", "-n", "$(id);&")):
        found.append((f"T-{number}", place.task(f"T-{number}", "strange", path=f"{TASKS}/{name}.task.md")))
    place.commit()
    return found


@CASES.named("a file whose name is not UTF-8")
def bytes_name(place):
    one = place.task("T-1", "one", path=TASKS.encode() + b"/not \xff UTF-8.task.md")
    two = place.task("T-2", "two")
    place.commit()
    return [("T-1", one), ("T-2", two)]


@CASES.named("BPSAI_PAIR_SKIP=1 puts it off")
def skipped(place):
    one = place.task("T-1", "one")
    place.quietly()
    place.write("README.md", "no task\n")
    place.commit()
    return [("T-1", one)]
