"""A bare repository and its post-receive hook: real pushes, by file and by http."""

from case import Case, Skip
from http_server import GitServer
from matrix import begun, expect_queue
from place import TASKS, Place

CASES = []
TRANSPORTS = ("file", "http")


class Pushes(Place):
    """A place whose repository is pushed to a bare one with hooks, `server.git`."""

    def __init__(self, settings, transport):
        super().__init__(settings)
        self.bare = self.root / "server.git"
        self.server = None
        try:
            begun(self)
            self.step("init", "--quiet", "--bare", str(self.bare))
            self.step("config", "http.receivepack", "true", at=self.bare)
            self.connect(transport)
            self.step("push", "--quiet", "origin", "main")
            self.hooks("install", at=self.bare)
        except BaseException:
            self.close(settings.keep)
            raise

    def connect(self, transport):
        address = str(self.bare)
        if transport == "http":
            if self.run(["git", "ls-remote", "http://127.0.0.1:1/x"]).err.count("remote-http"):
                raise Skip("needs a git with http")
            # What pushes has no variable that the server knows.
            self.server = GitServer(self.root, self.root / "bin/git", dict(self.environment))
            address = f"{self.server.address}/{self.bare.name}"
        self.step("remote", "add", "origin", address)

    def close(self, keep=False):
        if self.server:
            self.server.close()
        super().close(keep)

    def push(self, *arguments, **more):
        return self.step("push", "--quiet", "origin", *arguments, **more)

    def expect_queued(self, *pairs):
        expect_queue(self, pairs, at=self.bare)


def pushed(name):
    """Adds the function that follows, which takes a place; it is played over each transport."""

    def add(act):
        for transport in TRANSPORTS:
            CASES.append(Case(f"push by {transport}: {name}", lambda settings, by=transport: play(settings, act, by)))
        return act

    return add


def play(settings, act, transport):
    place = Pushes(settings, transport)
    try:
        return act(place)
    finally:
        place.close(settings.keep)


def expect_told(ended, *tasks):
    """The one who pushes is told of these tasks, in one line, and of nothing else."""
    lines = [line for line in ended.err.splitlines() if "bpsai-pair: " in line]
    assert len(lines) == bool(tasks), ended
    assert all(task in lines[0] for task in tasks), ended


@pushed("a branch moves")
def moved(place):
    one = place.task("T-1", "one")
    place.commit()
    two = place.task("T-2", "two")
    place.commit()
    expect_told(place.push("main"), "T-1", "T-2")
    place.expect_queued(("T-1", one), ("T-2", two))
    place.write("README.md", "no task\n")
    place.commit()
    expect_told(place.push("main"))
    place.expect_queued(("T-1", one), ("T-2", two))


@pushed("a branch is created")
def created(place):
    place.step("switch", "--quiet", "--create", "topic")
    one = place.task("T-1", "one")
    place.commit()
    expect_told(place.push("topic"), "T-1")
    place.expect_queued(("T-1", one))
    expect_told(place.push("topic:another"))
    place.expect_queued(("T-1", one))


@pushed("a branch is created where another stands")
def created_nothing(place):
    expect_told(place.push("main:copy"))
    place.expect_queued()


@pushed("a branch without a common history")
def unrelated(place):
    place.step("checkout", "--quiet", "--orphan", "other")
    one = place.task("T-1", "one")
    place.commit()
    place.push("other")
    place.expect_queued(("T-1", one))


@pushed("a branch is deleted")
def deleted(place):
    place.step("switch", "--quiet", "--create", "topic")
    place.write("README.md", "no task\n")
    place.commit()
    place.push("topic")
    place.push("--delete", "topic")
    place.expect_queued()


@pushed("a branch is deleted and created again")
def deleted_and_created(place):
    place.step("switch", "--quiet", "--create", "topic")
    place.task("T-1", "one")
    place.commit()
    place.push("topic")
    before = place.queued(at=place.bare)
    place.push("--delete", "topic")
    place.push("topic")
    assert set(place.queued(at=place.bare)) == set(before)


@pushed("a forced push")
def forced(place):
    one = place.task("T-1", "one")
    place.commit()
    place.push("main")
    two = place.task("T-1", "two")
    place.commit("work", "--amend")
    place.push("--force", "main")
    place.expect_queued(("T-1", one), ("T-1", two))


@pushed("a forced push of a rewritten history with the same texts")
def forced_same(place):
    one = place.task("T-1", "one")
    place.commit()
    place.push("main")
    place.step("commit", "--quiet", "--amend", "--message", "better said")
    place.push("--force", "main")
    place.expect_queued(("T-1", one))


@pushed("a forced push that takes a task away")
def forced_away(place):
    one = place.task("T-1", "one")
    place.commit()
    place.push("main")
    place.step("reset", "--quiet", "--hard", "HEAD~1")
    place.push("--force", "main")
    place.expect_queued(("T-1", one))
    assert place.kinds("T-1", at=place.bare) == ["queued", "dequeued"], place.events(at=place.bare)


@pushed("several refs at once")
def several(place):
    found = []
    for number in (1, 2, 3):
        place.step("switch", "--quiet", "--create", f"topic{number}", "main")
        found.append((f"T-{number}", place.task(f"T-{number}", "topic")))
        place.commit()
    place.step("switch", "--quiet", "main")
    four = place.task("T-4", "main")
    place.commit()
    place.step("tag", "v1", "topic1")
    place.push("main", "topic1", "topic2", "topic3", "v1", "topic3:copy")
    place.expect_queued(*found, ("T-4", four))


@pushed("several refs at once, atomically, of which one is rejected")
def rejected(place):
    place.step("switch", "--quiet", "--create", "topic")
    place.task("T-1", "one")
    place.commit()
    place.step("switch", "--quiet", "--orphan", "unlike")
    place.step("commit", "--quiet", "--allow-empty", "--message", "unlike")
    place.push("--atomic", "topic", "unlike:main", ends=1)
    place.expect_queued()


@pushed("a tag")
def tag(place):
    place.step("switch", "--quiet", "--detach")
    place.task("T-1", "one")
    place.commit()
    place.step("tag", "--annotate", "--message", "a tag", "v1")
    expect_told(place.push("v1"))
    place.expect_queued()


@pushed("an agent's branch, and logs of tasks")
def agents(place):
    place.step("switch", "--quiet", "--create", "paircoder/T-1")
    place.task("T-1", "one")
    place.commit()
    place.step("update-ref", "refs/paircoder/other/T-1", "HEAD")
    expect_told(place.push("paircoder/T-1", "refs/paircoder/other/T-1"))
    place.expect_queued()


@pushed("configuration that is pushed on another branch decides nothing")
def hostile_configuration(place):
    place.write(".paircoder/config.yaml", "orchestrate:\n  hooks: route\n")
    place.quietly("only routed")
    place.push("main")
    place.step("switch", "--quiet", "--create", "topic")
    place.write(".paircoder/config.yaml", "orchestrate:\n  budget: {daily: 5}\n  hooks: run\n")
    place.task("T-1", "one")
    place.commit()
    place.push("topic")
    assert place.kinds("T-1", at=place.bare) == ["routed"], place.events(at=place.bare)
    assert place.calls() == 0


@pushed("a task that cannot be read fails no push")
def damaged(place):
    place.write(f"{TASKS}/T-1.task.md", "---\nid: T-1\ntitle: [\n---\n")
    two = place.task("T-2", "two")
    place.commit()
    ended = place.push("main")
    assert "T-1.task.md" in ended.err, ended
    place.expect_queued(("T-2", two))


@pushed("a push into a bare repository with an older hook")
def older_hook(place):
    hook = place.bare / "hooks/post-receive"
    place.hooks("uninstall", at=place.bare)
    hook.write_text('#!/bin/sh\ncat > "$GIT_DIR/heard"\n')
    hook.chmod(0o755)
    before = hook.read_bytes()
    place.hooks("install", at=place.bare)
    one = place.task("T-1", "one")
    place.commit()
    place.push("main")
    new = place.ask("rev-parse", "HEAD").decode().strip()
    heard = (place.bare / "heard").read_text()
    assert heard.endswith(f"{new} refs/heads/main\n"), heard
    place.expect_queued(("T-1", one))
    place.hooks("uninstall", at=place.bare)
    assert hook.read_bytes() == before
