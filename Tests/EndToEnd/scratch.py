"""A place for one test: a repository, a home, a stub model, and the programs that run against them.

Nothing of the caller's environment reaches the programs, and everything that a test starts is ended by
its process id when the test ends.
"""

import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
USER = "Pat Tester"
COMMAND_LIMIT_IN_SECONDS = 120
GRACE_IN_SECONDS = 10

CODEX_CONFIG = """\
model = "gpt-5.5"
model_provider = "stub"
check_for_update_on_startup = false

[model_providers.stub]
name = "stub"
base_url = "http://127.0.0.1:{port}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 1
stream_max_retries = 1

[analytics]
enabled = false

[feedback]
enabled = false

# Plugins are looked up on public hosts; a server that is away is asked for ever.
[features]
plugins = false
unbounded_connection_retries = false
"""


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    command: str
    status: int
    out: str
    err: str

    def __str__(self):
        return f"{self.command}\nstatus {self.status}\n--- stdout\n{self.out}--- stderr\n{self.err}"


class StubModel:
    """A running stub_model.py and what it was asked."""

    def __init__(self, folder):
        self.log = folder / "requests.jsonl"
        self.prompts = folder / "prompts"
        self.prompts.mkdir(parents=True)
        self.log.touch()
        command = [sys.executable, "-B", HERE / "stub_model.py", "--log", self.log, "--prompts", self.prompts]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={})
        self.port = int(self.process.stdout.readline().split()[1])

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def turns(self, protocol):
        """The requests in which an agent asked the model to go on."""
        return [request for request in self.requests() if request.get("protocol") == protocol]

    def prompt(self, request):
        return (self.prompts / request["prompt_file"]).read_text(encoding="utf-8")

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(GRACE_IN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Scratch:
    def __init__(self, pair, agents, with_agents=("claude", "codex")):
        self.pair_program = pair
        self.root = Path(tempfile.mkdtemp(prefix="pair-agents-")).resolve()
        self.repository = self.root / "repository"
        # codex makes no sandbox when its home lies in the temporary folder.
        for name in ("home", "codex", "tmp", "bin", "sprung", "repository"):
            (self.root / name).mkdir()
        for name in with_agents:
            (self.root / "bin" / name).symlink_to((agents / name).resolve())
        self.model = StubModel(self.root / "model")
        self.decoy = StubModel(self.root / "decoy")
        self.environment = self.make_environment()
        (self.root / "codex" / "config.toml").write_text(CODEX_CONFIG.format(port=self.model.port))
        self.make_repository()

    def make_environment(self):
        home = self.root / "home"
        return {
            "PATH": f"{self.root / 'bin'}:/usr/bin:/bin",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "TMPDIR": str(self.root / "tmp"),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
            "ANTHROPIC_API_KEY": random_key(),
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self.model.port}",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_MAX_RETRIES": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
            "OPENAI_API_KEY": random_key(),
            "CODEX_HOME": str(self.root / "codex"),
        }

    def make_repository(self):
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", USER)
        self.git("config", "user.email", "pat@example.invalid")
        self.write("README.md", "# A scratch project\n")
        self.commit("begin")

    # Files and git

    def write(self, path, text):
        file = self.repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def git(self, *arguments):
        """What git prints; an error when git fails."""
        ended = self.run(["git", "--no-optional-locks", *arguments])
        if ended.status != 0:
            raise AssertionError(str(ended))
        return ended.out

    def has_ref(self, name):
        return bool(self.git("for-each-ref", "--format=%(refname)", name).strip())

    def belongings(self):
        """All that is the user's own in the repository, by name."""
        folder = self.repository / ".git"
        refs = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        ours = ("refs/heads/paircoder/", "refs/paircoder/", "refs/notes/paircoder ")
        files = {"index", "HEAD", "config", "logs/HEAD", "logs/refs/stash"}
        return {
            "status": self.git("status", "--porcelain"),
            "refs": [ref for ref in refs if not ref.startswith(ours)],
            "hooks": sorted(hook.name for hook in (folder / "hooks").glob("*")),
            **{name: digest(folder / name) for name in files},
        }

    # Programs

    def pair(self, *arguments, limit=COMMAND_LIMIT_IN_SECONDS):
        return self.run([str(self.pair_program), *arguments], limit=limit)

    def run(self, command, stdin="", limit=COMMAND_LIMIT_IN_SECONDS):
        return self.finish(self.start(command, stdin), limit)

    def start(self, command, stdin=""):
        """Starts `command` in the repository; `finish` must follow."""
        self.serial = getattr(self, "serial", 0) + 1
        base = self.root / f"command-{self.serial}"
        base.with_suffix(".in").write_text(stdin, encoding="utf-8")
        # Files, not pipes: a forgotten child that holds a pipe open would keep the test waiting.
        with (
            open(base.with_suffix(".in")) as source,
            open(base.with_suffix(".out"), "w") as out,
            open(base.with_suffix(".err"), "w") as err,
        ):
            process = subprocess.Popen(
                command, cwd=self.repository, env=self.environment,
                stdin=source, stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip
        process.base = base
        return process

    def finish(self, process, limit=COMMAND_LIMIT_IN_SECONDS):
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            end(process)
            raise AssertionError(f"not ended after {limit} s: {self.ended(process)}") from None
        return self.ended(process, status)

    def ended(self, process, status=None):
        out, err = (process.base.with_suffix(suffix).read_text(errors="replace") for suffix in (".out", ".err"))
        command = " ".join(Path(process.args[0]).name if not n else str(a) for n, a in enumerate(process.args))
        return Ended(command, process.returncode if status is None else status, out, err)

    # Processes

    def strays(self):
        """The processes that came out of this scratch place and still live, as pid and command line."""
        known = {os.getpid(), self.model.process.pid, self.decoy.process.pid}
        mark = os.fsencode(self.root)
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) not in known and mentions(entry, mark):
                found[int(entry.name)] = read(entry / "cmdline").replace(b"\0", b" ").decode(errors="replace")
        return found

    def strays_after_grace(self):
        deadline = time.monotonic() + GRACE_IN_SECONDS
        while (found := self.strays()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def close(self, keep=False):
        for pid in self.strays():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.model.end()
        self.decoy.end()
        if keep:
            print(f"kept: {self.root}")
        else:
            shutil.rmtree(self.root, ignore_errors=True)


def random_key():
    return "test-" + secrets.token_hex(16)


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


def end(process):
    process.terminate()
    try:
        process.wait(GRACE_IN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""  # The process has gone, or is somebody else's.


def mentions(entry, mark):
    """Whether the process under /proc/<pid> has `mark` in its environment, command line or folder."""
    try:
        folder = os.fsencode(os.readlink(entry / "cwd"))
    except OSError:
        folder = b""
    return mark in folder or mark in read(entry / "environ") or mark in read(entry / "cmdline")
