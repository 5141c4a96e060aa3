"""A place for one test: a repository, a home, a stub model, and the programs that run against them.

Nothing of the caller's environment reaches the programs, and everything that a test starts is ended by
its process id when the test ends.
"""

import hashlib
import itertools
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from programs import Running, end, kill, processes_after_grace, processes_of

HERE = Path(__file__).resolve().parent
USER = "Pat Tester"
LIMIT_IN_SECONDS = 120

CODEX_CONFIG = """\
model = "gpt-5.5"
model_provider = "stub"

[model_providers.stub]
name = "stub"
base_url = "http://127.0.0.1:{port}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 1
stream_max_retries = 1
"""

# What keeps the agents off public hosts. bpsai-pair sees to that as well; where it fails to, one test shows
# it, and the others stay on this machine.
QUIET_CODEX = """
check_for_update_on_startup = false
analytics.enabled = false
features.plugins = false
"""
QUIET_CLAUDE = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
}


class StubModel:
    """A running stub_model.py and what it was asked."""

    def __init__(self, folder):
        self.log = folder / "requests.jsonl"
        self.prompts = folder / "prompts"
        self.prompts.mkdir(parents=True)
        self.log.touch()
        program = [sys.executable, "-B", HERE / "stub_model.py"]
        command = [*program, "--log", self.log, "--prompts", self.prompts]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={})
        self.port = int(self.process.stdout.readline().split()[1])

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def turns(self, protocol):
        """The requests in which an agent asked the model to go on."""
        return [request for request in self.requests() if request.get("protocol") == protocol]

    def prompt(self, request):
        return (self.prompts / request["prompt_file"]).read_text(encoding="utf-8")

    def body(self, request):
        """The whole of what the agent sent, as text."""
        return (self.prompts / request["body_file"]).read_text(encoding="utf-8")

    def end(self):
        end(self.process)
        self.process.stdout.close()


class Scratch:
    """Must be closed; `make_repository` comes first."""

    def __init__(self, pair, agents, with_agents=("claude", "codex"), quiet=True):
        """With `quiet`, the agents' own settings keep them off public hosts."""
        self.pair_program = pair
        self.quiet = quiet
        self.numbers = itertools.count(1)
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
        self.lead_to(self.model.port)

    def lead_to(self, port):
        """Lets both agents look for their model at `port`."""
        self.environment["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{port}"
        config = (QUIET_CODEX if self.quiet else "") + CODEX_CONFIG.format(port=port)
        (self.root / "codex" / "config.toml").write_text(config)

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
            "OPENAI_API_KEY": random_key(),
            "CODEX_HOME": str(self.root / "codex"),
            **(QUIET_CLAUDE if self.quiet else {}),
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
        """Commits everything, without the repository's hooks: those are for others to trip over."""
        self.git("add", "--all")
        quiet = ["--quiet", "--allow-empty", "--message", message]
        self.git("-c", "core.hooksPath=/dev/null", "commit", *quiet)

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
        files = ("index", "HEAD", "config", "logs/HEAD", "logs/refs/stash")
        return {
            "status": self.git("status", "--porcelain"),
            "refs": [ref for ref in refs if not ref.startswith(ours)],
            "hooks": sorted(hook.name for hook in (folder / "hooks").glob("*")),
            **{name: digest(folder / name) for name in files},
        }

    # Programs

    def pair(self, *arguments):
        return self.run([self.pair_program, *arguments])

    def run(self, command, stdin="", limit=LIMIT_IN_SECONDS, folder=None):
        return self.start(command, stdin, folder).finish(limit)

    def start(self, command, stdin="", folder=None):
        """Starts `command` in the repository, or in `folder`; the caller finishes it."""
        files = self.root / f"command-{next(self.numbers)}"
        return Running(command, folder or self.repository, self.environment, stdin, files)

    def strays(self):
        """The processes that came out of this scratch place and still live."""
        return processes_of(self.root, self.own_pids())

    def strays_after_grace(self):
        return processes_after_grace(self.root, self.own_pids())

    def own_pids(self):
        return {os.getpid(), self.model.process.pid, self.decoy.process.pid}

    def close(self, keep=False):
        kill(self.strays())
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
