"""Where one case plays: a repository, a home and an environment of its own, and what may be asked about them.

Dates are fixed and step from git command to git command, so that the same steps make the same commits.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "EndToEnd"))

from ground import USER, Ground  # noqa: E402
from programs import Ended, processes_mentioning  # noqa: E402

PREFIX = "pair-hooks-"
STAND_IN = HERE.parent / "Faults" / "stand-in"
FIRST_DATE = 1_700_000_000
CONFIG = "orchestrate:\n  hooks: queue\n"
SETTINGS = f"""\
[user]
	name = {USER}
	email = pat@example.invalid
[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[gc]
	auto = 0
[maintenance]
	auto = false
[advice]
	detachedHead = false
"""
TASKS = ".paircoder/tasks"


class Place(Ground):
    """Must be closed."""

    def __init__(self, settings, name="repository", hooked=True):
        """`name` is the repository's folder, in text or bytes. Where it is not `hooked`, no hook is installed."""
        super().__init__(settings.pair, PREFIX)
        self.hooked = hooked
        self.repository.rmdir()
        self.repository = self.root / os.fsdecode(name)
        self.repository.mkdir(parents=True)
        self.steps = 0
        # The tasks that a case expects to be taken out of the queue.
        self.taken_out = set()
        self.transcript = []
        (self.root / "bin/git").symlink_to(settings.git)
        (self.root / "bin/bpsai-pair").symlink_to(settings.pair)
        with open(self.root / "home/.gitconfig", "a") as file:
            file.write(SETTINGS)
        self.bring_agents()

    def bring_agents(self):
        """Stand-ins for agents, which do what `script` says."""
        self.stand_in = self.root / "stand-in"
        self.stand_in.mkdir()
        (self.stand_in / "journal").touch()
        (self.stand_in / "calls").touch()
        self.let_write(self.stand_in)
        for name in ("claude", "codex"):
            (self.root / "bin" / name).symlink_to(STAND_IN)
            self.script("write hello.txt", name)

    def script(self, lines, *agents):
        for agent in agents or ("claude", "codex"):
            (self.stand_in / agent).write_text(lines + "\n")

    def calls(self):
        """How many agents were started."""
        return len((self.stand_in / "calls").read_text().splitlines())

    def strays(self):
        """Of this place alone: others play beside it."""
        return processes_mentioning(self.root)

    # Steps: what a person types. They are compared with the same steps where no hook is.

    def step(self, *arguments, at=None, ends=0, environment=(), stdin=""):
        """A git command, in the repository or in the folder `at`; how it ended."""
        self.steps += 1
        date = f"{FIRST_DATE + 60 * self.steps} +0200"
        variables = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, **dict(environment)}
        command = ["git", *map(os.fsdecode, arguments)]
        ended = self.start(command, stdin, variables.items(), at or self.repository).finish(120)
        self.transcript.append((command, ended))
        if ends is not None and ended.status != ends:
            raise AssertionError(str(ended))
        return ended

    def commit(self, message="work", *arguments, **more):
        """Commits all that changed."""
        self.step("add", "--all", at=more.get("at"), environment=more.get("environment", ()))
        return self.step("commit", "--quiet", "--message", message, *arguments, **more)

    def quietly(self, message="work", **more):
        """The same as `commit`, past our hooks."""
        more["environment"] = {**more.get("environment", {}), "BPSAI_PAIR_SKIP": "1"}
        return self.commit(message, **more)

    def write(self, path, text, at=None):
        file = (at or self.repository) / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def task(self, task, words, status="pending", at=None, path=None):
        """Writes a task file; its text."""
        text = task_text(task, words, status)
        self.write(path or f"{TASKS}/{task}.task.md", text, at)
        return text

    # Questions, which leave no trace

    def ask(self, *arguments, at=None, status=0):
        """What git prints, as bytes; an error when git fails."""
        command = ["git", "--no-optional-locks", *map(os.fsdecode, arguments)]
        done = subprocess.run(
            command, cwd=at or self.repository, env=self.environment, capture_output=True, stdin=subprocess.DEVNULL
        )
        if status is not None and done.returncode != status:
            words = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
            raise AssertionError(str(Ended(" ".join(command), done.returncode, *words)))
        return done.stdout

    def events(self, at=None):
        """The events of all tasks, oldest first: task, kind, blob of the text."""
        values = "%(trailers:key=PairCoder-{},valueonly,separator=)"
        form = f"{values.format('Event')}\t{values.format('Text')}"
        found = []
        prefix = "refs/paircoder/tasks/"
        for ref in self.ask("for-each-ref", "--format=%(refname)", prefix, at=at).decode().split():
            lines = self.ask("log", "--reverse", f"--format={form}", ref, at=at).decode().splitlines()
            found += [(ref.removeprefix(prefix), *line.split("\t")) for line in lines]
        return found

    def queued(self, at=None):
        """What was put into the queue: task and blob of the text, as often as it was."""
        return sorted((task, text) for task, kind, text in self.events(at) if kind == "queued")

    def kinds(self, task, at=None):
        return [kind for name, kind, _ in self.events(at) if name == task]

    def install(self, *, at=None, ends=0):
        """Installs the hooks, but where there should be none."""
        return self.hooks("install", at=at, ends=ends) if self.hooked else None

    def hooks(self, *arguments, ends=0, at=None):
        """`bpsai-pair hooks …`; how it ended."""
        ended = self.run([self.pair_program, "hooks", *arguments], folder=at)
        assert ends is None or ended.status == ends, str(ended)
        return ended

    def git_version(self):
        words = self.ask("version").decode().split()[2].split(".")
        return int(words[0]), int(words[1])

    def has_config_hooks(self):
        return self.git_version() >= (2, 54)


def task_text(task, words, status="pending"):
    return (
        f"---\nid: {task}\ntitle: Greet\ntype: feature\ncomplexity: 20\nstatus: {status}\n---\n\n"
        f"# Greet\n\n{words}\n"
    )


def blob_id(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
