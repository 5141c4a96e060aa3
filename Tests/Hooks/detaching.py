"""The worker: nobody waits for it, it holds nothing of those who started it, and there is one."""

import os
import time
from pathlib import Path

from matrix import begun
from place import TASKS, blob_id
from programs import after_grace, command_line, parent, processes_mentioning, read
from scenes import Scenes

CASES = Scenes()
RUN = "orchestrate:\n  budget: {daily: 50}\n  hooks: {mode: run, delay: 1s}\n"
AGENT_IN_SECONDS = 5
# Far less than the agent takes, and enough for a machine at work.
AT_ONCE_IN_SECONDS = 2.5
RACES = 20


def running(config=RUN):
    """Makes a repository whose commits start agents, with hooks."""

    def begin(place):
        begun(place)
        place.write(".paircoder/config.yaml", config)
        place.quietly()
        place.hooks("install")
        place.script("write hello-$PAIRCODER_TASK.txt")

    return begin


def slow(config=RUN):
    """The same with agents that take their time."""

    def begin(place):
        running(config)(place)
        place.script(f"sleep {AGENT_IN_SECONDS}; write hello-$PAIRCODER_TASK.txt")

    return begin


def workers(place):
    """The processes of `bpsai-pair work` that came out of this place, without the guards that they start of themselves."""
    found = processes_mentioning(place.root)
    named = {pid: line for pid, line in found.items() if line.split() == ["bpsai-pair", "work"]}
    return {pid: line for pid, line in named.items() if parent(pid) not in named}


def until(condition, limit=60):
    """Waits until it holds; returns what it is."""
    deadline = time.monotonic() + limit
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {limit} s"
        time.sleep(0.02)
    return found


def until_done(place, *tasks):
    """Waits until each of the tasks has a result and no worker is left."""
    until(lambda: all("committed" in place.kinds(task) for task in tasks) and not workers(place))


def timed(place, command):
    """What a shell command says that ends at once."""
    start = time.monotonic()
    ended = place.run(["sh", "-c", command])
    seconds = time.monotonic() - start
    assert ended.status == 0, str(ended)
    assert seconds < AT_ONCE_IN_SECONDS, f"{seconds:.1f} s: {ended}"
    return ended


@CASES.at_place("git commit | cat returns at once", begin=slow())
def commit_in_pipe(place):
    place.task("T-1", "one")
    place.step("add", "--all")
    said = timed(place, "git commit --message one 2>&1 | cat").out
    assert "bpsai-pair: " in said and "T-1" in said, said
    assert place.kinds("T-1")[0] == "queued", place.events()
    until(lambda: workers(place))
    until_done(place, "T-1")
    assert place.ask("cat-file", "blob", "paircoder/T-1:hello-T-1.txt")


@CASES.at_place("git push returns at once, and starts nothing on the server", begin=slow())
def push_in_pipe(place):
    bare = place.root / "server.git"
    place.step("init", "--quiet", "--bare", str(bare))
    place.step("push", "--quiet", str(bare), "main")
    place.hooks("install", at=bare)
    one = place.task("T-1", "one")
    place.quietly()
    timed(place, f"git push '{bare}' main 2>&1 | cat")
    assert place.queued(at=bare) == [("T-1", blob_id(one.encode()))], place.events(at=bare)
    # Longer than a task rests in the queue.
    time.sleep(2.5)
    assert not workers(place) and place.calls() == 0, f"{workers(place)}, {place.calls()} agents"


@CASES.at_place("git push of a commit at work returns at once", begin=slow())
def push_meanwhile(place):
    bare = place.root / "server.git"
    place.step("init", "--quiet", "--bare", str(bare))
    place.task("T-1", "one")
    place.commit()
    until(lambda: place.calls())
    timed(place, f"git push '{bare}' main 2>&1 | cat")
    until_done(place, "T-1")


@CASES.at_place("the worker has a session of its own, no descriptor and no variable of git's", begin=slow())
def hygiene(place):
    place.task("T-1", "one")
    place.step("add", "--all")
    variables = "GIT_AUTHOR_NAME=x GIT_EDITOR=: GIT_REFLOG_ACTION=x GIT_INDEX_FILE=.git/index GIT_DIR=.git"
    timed(place, f"{variables} git commit --quiet --message one 7> ../seven 9< README.md")
    (pid,) = until(lambda: workers(place))
    # parent, group, session, terminal: the fields after the state, proc(5)
    parent, _, session, terminal = map(int, read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[1:5])
    assert session == pid and terminal == 0, f"process {pid} has session {session}, terminal {terminal}"
    assert "git" not in command_line(parent).split()[:1], command_line(parent)
    held = descriptors(pid)
    log = str(place.repository / ".git/paircoder/worker.log")
    assert (held[0], held[1], held[2]) == ("/dev/null", log, log), held
    # It may be at its work already.
    own = (f"{place.repository}/.git/paircoder/", f"{place.root}/home/.local/state/bpsai-pair/")
    foreign = [path for path in held.values() if path.startswith(f"{place.root}/") and not path.startswith(own)]
    assert not foreign, f"it holds {foreign}"
    said = read(f"/proc/{pid}/environ").decode().split("\0")
    allowed = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_TERMINAL_PROMPT")
    names = [line.split("=")[0] for line in said if line.startswith(("GIT_", "BPSAI_PAIR_", "PAIRCODER_"))]
    assert set(names) <= set(allowed), names
    until_done(place, "T-1")
    person = place.ask("log", "-1", "--format=%an, %cn, %ad, %cd", "--date=format:%Y", "paircoder/T-1").decode()
    assert "2023" not in person and "x" not in person.split(", ")[:2], person


def descriptors(pid):
    """Where each descriptor of a process leads."""
    folder = Path(f"/proc/{pid}/fd")
    return {int(link.name): os.readlink(link) for link in folder.iterdir()}


@CASES.at_place("the worker's log says what it did", begin=running())
def log(place):
    place.task("T-1", "one")
    place.commit()
    until_done(place, "T-1")
    ended = place.pair("log", "--worker")
    assert ended.status == 0 and "T-1" in ended.out, str(ended)


@CASES.at_place("one worker for ten fast commits", begin=slow())
def one_worker(place):
    most = 0
    for number in range(10):
        place.task(f"T-{number}", "work")
        place.commit()
        most = max(most, len(workers(place)))
    until(lambda: place.calls())
    time.sleep(0.5)
    assert len(workers(place)) == 1, workers(place)
    place.script("write hello-$PAIRCODER_TASK.txt")
    until_done(place, *(f"T-{number}" for number in range(10)))
    for number in range(10):
        assert place.kinds(f"T-{number}").count("started") == 1, place.events()
    return f"at most {most} at once while they began"


@CASES.at_place("five commits to one task make one run", begin=running(RUN.replace("1s", "4s")))
def five_commits(place):
    for number in range(5):
        text = place.task("T-1", f"text {number}")
        place.commit()
    until_done(place, "T-1")
    assert place.calls() == 1 and place.kinds("T-1").count("started") == 1, place.events()
    blob = blob_id(text.encode())
    taken = [text for _, kind, text in place.events() if kind == "claimed"]
    assert taken == [blob], f"{taken}, not {blob}: {place.events()}"


@CASES.at_place("a text that changes while its run is under way is run afterwards", begin=slow())
def edited_meanwhile(place):
    place.task("T-1", "one")
    place.commit()
    until(lambda: place.calls())
    two = place.task("T-1", "two")
    place.commit()
    until(lambda: place.kinds("T-1").count("committed") == 2)
    until_done(place, "T-1")
    assert place.kinds("T-1").count("started") == 2, place.events()
    assert place.events()[-1][1] != "queued"
    assert blob_id(two.encode()) in [text for _, kind, text in place.events() if kind == "claimed"], place.events()


@CASES.at_place("a status that changes while its run is under way does not start another", begin=slow())
def status_meanwhile(place):
    place.task("T-1", "one")
    place.commit()
    until(lambda: place.calls())
    place.task("T-1", "one", status="ready")
    place.commit()
    until_done(place, "T-1")
    assert place.calls() == 1, place.events()


@CASES.at_place(f"a commit just as the worker ends is not left lying, {RACES} times", begin=running())
def just_as_it_ends(place):
    """Each commit comes at another moment around the worker's end, which the first run tells."""
    begin_run(place, "T-0")
    began = time.monotonic()
    until(lambda: not workers(place))
    ending = time.monotonic() - began
    met = 0
    for number in range(1, RACES + 1):
        place.task(f"L-{number}", "later")
        begin_run(place, f"T-{number}")
        time.sleep(ending * (0.5 + number / RACES))
        earlier = set(workers(place))
        place.commit("later")
        met += bool(earlier & set(workers(place)))
        until(lambda: "committed" in place.kinds(f"L-{number}"), limit=20)
    until(lambda: not workers(place))
    return f"{met} of {RACES} while the earlier worker lived, which ends within {ending:.2f} s"


def begin_run(place, task):
    """Commits a task alone, and waits until its agent has done its work."""
    place.task(task, "work")
    place.step("add", f"{TASKS}/{task}.task.md")
    place.step("commit", "--quiet", "--message", task)
    until(lambda: f"hello-{task}.txt " in (place.stand_in / "journal").read_text())


@CASES.at_place("without a daily limit it only queues, and says so", begin=running("orchestrate:\n  hooks: run\n"))
def without_limit(place):
    place.task("T-1", "one")
    ended = place.commit()
    assert "daily" in ended.err, str(ended)
    expect_only_queued(place)


@CASES.at_place("in CI it only queues", begin=running())
def in_ci(place):
    place.task("T-1", "one")
    place.commit(environment={"CI": "true"})
    expect_only_queued(place)


@CASES.at_place("run that comes with somebody's commit only queues", begin=begun)
def not_accepted(place):
    place.hooks("install")
    place.write(".paircoder/config.yaml", RUN)
    place.task("T-1", "one")
    ended = place.commit()
    assert "hooks install" in ended.err, str(ended)
    expect_only_queued(place)


def expect_only_queued(place):
    time.sleep(1)
    assert place.kinds("T-1") == ["queued"] and place.calls() == 0, place.events()
    assert not workers(place), workers(place)


@CASES.at_place("a worker that is killed is followed by the next commit's", begin=slow())
def killed(place):
    place.task("T-1", "one")
    place.commit()
    until(lambda: place.calls())
    for pid in workers(place):
        os.kill(pid, 9)
    place.script("write hello-$PAIRCODER_TASK.txt")
    place.task("T-2", "two")
    place.commit()
    until_done(place, "T-2")
    assert not after_grace(lambda: processes_mentioning(place.root))
