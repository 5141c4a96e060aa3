"""The ground that a test stands on: a repository, a home and an environment of its own.

Nothing of the caller's environment reaches the programs that run there.
"""

import hashlib
import itertools
import os
import shutil
import tempfile
from pathlib import Path

from programs import Running, kill, processes_of

USER = "Pat Tester"
LIMIT_IN_SECONDS = 120
# What can be around what a run starts (docs/sandbox.md), and how the log names it.
WALLS = {"none": "no sandbox", "landlock": "Landlock, ", "bwrap": "bwrap"}
OURS = ("refs/heads/paircoder/", "refs/paircoder/", "refs/notes/paircoder ")


class Ground:
    """Must be closed; `make_repository` comes first."""

    # Which of WALLS is wanted; None for what the system has.
    wall = None

    def __init__(self, pair, prefix):
        self.pair_program = pair
        self.numbers = itertools.count(1)
        self.root = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
        self.repository = self.root / "repository"
        for name in ("home", "tmp", "bin", "repository"):
            (self.root / name).mkdir()
        self.environment = self.make_environment()
        self.set_wall()

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
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def set_wall(self):
        if self.wall == "landlock":
            # The first one on PATH, and it does not work.
            (self.root / "bin/bwrap").write_text("#!/bin/sh\nexit 1\n")
            (self.root / "bin/bwrap").chmod(0o755)
        if self.wall:
            self.set_for_user("bpsai-pair.sandbox", "off" if self.wall == "none" else "require")

    def let_write(self, *folders):
        """Lets what runs start write into `folders`, through every wall: that is where stand-ins tell what they do."""
        for folder in folders:
            self.set_for_user("bpsai-pair.sandboxWrite", str(folder))

    def set_for_user(self, name, value):
        """A setting of the user's git, besides those that are there."""
        section, _, variable = name.rpartition(".")
        with open(self.root / "home/.gitconfig", "a") as file:
            file.write(f"[{section}]\n\t{variable} = {value}\n")

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
        files = ("index", "HEAD", "config", "logs/HEAD", "logs/refs/stash")
        return {
            "status": self.git("status", "--porcelain"),
            "refs": [ref for ref in refs if not ref.startswith(OURS)],
            "hooks": sorted(hook.name for hook in (folder / "hooks").glob("*")),
            **{name: digest(folder / name) for name in files},
        }

    # Programs

    def pair(self, *arguments):
        return self.run([self.pair_program, *arguments])

    def run(self, command, stdin="", limit=LIMIT_IN_SECONDS, folder=None):
        return self.start(command, stdin, folder=folder).finish(limit)

    def start(self, command, stdin="", environment=(), folder=None):
        """Starts `command` in the repository, or in `folder`; the caller finishes it."""
        files = self.root / f"command-{next(self.numbers)}"
        variables = {**self.environment, **dict(environment)}
        return Running(command, folder or self.repository, variables, stdin, files)

    def strays(self):
        """The processes that came out of this scratch place and still live."""
        return processes_of(self.root, self.own_pids())

    def own_pids(self):
        return {os.getpid()}

    def close(self, keep=False):
        kill(self.strays())
        if keep:
            print(f"kept: {self.root}")
        else:
            shutil.rmtree(self.root, ignore_errors=True)


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None
