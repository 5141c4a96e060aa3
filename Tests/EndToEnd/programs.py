"""Programs that a test starts: each has a time limit, and each ends, with all that it started."""

import ctypes
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

GRACE_IN_SECONDS = 10


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    command: str
    status: int
    out: str
    err: str

    def __str__(self):
        return f"{self.command}\nstatus {self.status}\n--- stdout\n{self.out}--- stderr\n{self.err}"


class Running:
    """A program at work. Its output goes to files: a forgotten child that holds a pipe open would keep
    the test waiting."""

    def __init__(self, command, folder, environment, stdin, files):
        """Starts `command` in `folder`; `files` is the path, without extension, of its input and output."""
        self.files = files
        files.with_suffix(".in").write_text(stdin, encoding="utf-8")
        source = open(files.with_suffix(".in"))
        out = open(files.with_suffix(".out"), "w")
        err = open(files.with_suffix(".err"), "w")
        with source, out, err:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=source,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def has_ended(self):
        return self.process.poll() is not None

    def send(self, number):
        self.process.send_signal(number)

    def finish(self, limit):
        """Waits until the program ends. After `limit` seconds it is ended, and that is a failure."""
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            end(self.process)
            raise AssertionError(f"not ended after {limit} s: {self.ended()}") from None
        return self.ended()

    def ended(self):
        out, err = (self.files.with_suffix(end).read_text(errors="replace") for end in (".out", ".err"))
        return Ended(" ".join(map(str, self.process.args)), self.process.returncode, out, err)


def program(path):
    """The program at `path`, as an option of a command line names it."""
    found = Path(path).resolve()
    if not found.is_file():
        raise SystemExit(f"there is no program at {path}")
    return found


def end(process):
    """Asks `process` to end, and kills it when it does not."""
    process.terminate()
    try:
        process.wait(GRACE_IN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def adopt_orphans():
    """Makes this process the parent of all orphans among its descendants: none is lost sight of, however well
    it hid."""
    subreaper = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def processes_of(folder, but=()):
    """The live processes that came out of `folder`, and all others that descend from this one, as pid and
    command line; without the pids in `but`."""
    mark = os.fsencode(folder)
    names = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    parents = {int(name): parent(name) for name in names}
    ours = {pid for pid in parents if descends(pid, os.getpid(), parents) or mentions(pid, mark)}
    return {pid: command_line(pid) for pid in ours - {os.getpid()} - set(but)}


def processes_mentioning(folder):
    """The live processes that came out of `folder` and do not hide it, as pid and command line."""
    mark = os.fsencode(folder)
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return {pid: command_line(pid) for pid in pids if pid != os.getpid() and mentions(pid, mark)}


def processes_after_grace(folder, but=()):
    """The same as `processes_of`, once they had the time to end."""
    return after_grace(lambda: processes_of(folder, but))


def after_grace(find):
    """What `find` finds, once it had the time to become nothing."""
    deadline = time.monotonic() + GRACE_IN_SECONDS
    while (found := find()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def parent(pid):
    """The parent of a live process; None for one that has ended, whether or not anybody took notice."""
    # pid (name) state parent …, proc(5); the name may hold anything.
    state, _, rest = read(f"/proc/{pid}/stat").rpartition(b")")[2].strip().partition(b" ")
    return int(rest.split()[0]) if rest and state not in (b"Z", b"X") else None


def descends(pid, ancestor, parents):
    while pid and pid != ancestor:
        pid = parents.get(pid)
    return pid == ancestor


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def command_line(pid):
    return read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode(errors="replace")


def mentions(pid, mark):
    """Whether the process has `mark` in its environment, its command line or its folder."""
    try:
        folder = os.fsencode(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        folder = b""
    return mark in folder or mark in read(f"/proc/{pid}/environ") or mark in read(f"/proc/{pid}/cmdline")


def read(file):
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""  # The process has gone, or is somebody else's.
