"""What the cases have in common: steps, and checks on what came of them."""

import contextlib
import json
import time
import unittest

from ground import USER, WALLS
from scratch import Scratch

WRITE_GREETING = 'STUB: edit file=hello.txt text="hello\\n"'

# Trouble that passes is waited out for up to 40 s; the cases that are about something else do not.
ASK_ONCE = "limits: {retries: 0}"


class Settings:
    """What the command line says; run.py fills it in."""

    pair = None
    agents = None
    keep = False


class Case(unittest.TestCase):
    agents = ("claude", "codex")
    quiet = True

    def setUp(self):
        self.scratch = Scratch(Settings.pair, Settings.agents, self.agents, self.quiet)
        self.addCleanup(self.scratch.close, Settings.keep)
        self.scratch.make_repository()

    # Steps

    def begin_with(self, task, text):
        """A repository that is set up and has `task`, all of it committed."""
        self.expect(self.scratch.pair("init"), 0)
        self.write_settings(ASK_ONCE)
        self.add_task(task, text)

    def add_task(self, task, text):
        self.scratch.write(self.file_of(task), text)
        self.scratch.commit(f"add {task}")

    def orchestrate(self, task, *options, status=0):
        """Runs `task`; whatever comes of it, the user's things stay and no agent does."""
        with Untouched(self):
            ended = self.scratch.pair("orchestrate", "--task", task, *options)
            self.expect(ended, status)
        return ended

    def configure(self, text):
        """Commits settings that go below `orchestrate:`, and approves the checks among them."""
        self.write_settings(text if "limits:" in text else f"{ASK_ONCE}\n{text}")
        self.scratch.commit("configure")
        if "checks:" in text:
            self.expect(self.scratch.pair("trust", "checks"), 0)

    def write_settings(self, text):
        indented = "".join(f"  {line}\n" for line in text.splitlines())
        self.scratch.write(".paircoder/config.yaml", f"orchestrate:\n{indented}")

    def wait_for(self, happened, run, what="the agent never asked its model"):
        deadline = time.monotonic() + 60
        while not happened():
            if run.has_ended() or time.monotonic() > deadline:
                self.fail(f"{what}\n{run.finish(limit=0)}")
            time.sleep(0.05)

    # Checks

    def expect(self, ended, status):
        self.assertEqual(ended.status, status, str(ended))

    def expect_result(self, task, agent, mode, paths):
        """Checks the result commit of `task`: who, why, on top of what, with which files."""
        branch = f"paircoder/{task}"
        self.assertTrue(self.scratch.has_ref(f"refs/heads/{branch}"), self.whole_log(task))
        author, committer, parent = self.show("%an%n%cn%n%P", branch).splitlines()
        self.assertIn(agent.split("-")[0], author.lower())
        self.assertEqual(committer, USER)
        self.assertEqual(parent, self.scratch.git("rev-parse", "HEAD").strip())
        self.assertEqual(self.trailer("Task", branch), task)
        self.assertEqual(self.trailer("Agent", branch), agent)
        self.assertEqual(self.trailer("Mode", branch), mode)
        self.assertTrue(self.trailer("Run", branch))
        changed = self.scratch.git("diff", "--name-only", "HEAD", branch).split()
        self.assertEqual(sorted(changed), sorted([self.file_of(task), *paths]))
        self.assertRegex(self.at(branch, self.file_of(task)), r"(?im)^(status:|- \*\*Status\*\*:) done$")
        self.assertEqual(self.events(task).count("committed"), 1)
        if self.scratch.wall:
            self.assertIn(f"PairCoder-Sandbox: {WALLS[self.scratch.wall]}", self.whole_log(task))
        self.assertIn(task, self.scratch.git("notes", "--ref=paircoder", "show", branch))

    def expect_no_result(self, task):
        self.assertFalse(self.scratch.has_ref(f"refs/heads/paircoder/{task}"))
        self.assertNotIn("committed", self.events(task))

    @contextlib.contextmanager
    def at_most(self, seconds):
        """Checks how long what happens inside takes."""
        start = time.monotonic()
        yield
        self.assertLess(time.monotonic() - start, seconds, "seconds it took")

    # What the repository says

    def file_of(self, task):
        return f".paircoder/tasks/{task}.md"

    def show(self, form, commit):
        return self.scratch.git("log", "-1", f"--format={form}", commit).strip()

    def trailer(self, key, commit):
        return self.show(f"%(trailers:key=PairCoder-{key},valueonly)", commit)

    def at(self, commit, path):
        return self.scratch.git("show", f"{commit}:{path}")

    def whole_log(self, task):
        return self.scratch.git("log", "--format=%B", f"refs/paircoder/tasks/{task}")

    def values(self, task, key):
        """The values of a trailer in the log of `task`, oldest first."""
        form = f"--format=%(trailers:key=PairCoder-{key},valueonly)"
        return self.scratch.git("log", "--reverse", form, f"refs/paircoder/tasks/{task}").split()

    def events(self, task):
        return self.values(task, "Event")

    def json_of(self, ended):
        """The last JSON value that a command printed, which names its schema."""
        try:
            value = json.loads(ended.out)
        except ValueError:
            value = json.loads(ended.out.splitlines()[-1])
        self.assertTrue(value["schema"].startswith("bpsai-pair/"), str(ended))
        return value


class Untouched:
    """Checks that what happens inside leaves the user's things as they were, and no process behind."""

    def __init__(self, case):
        self.case = case

    def __enter__(self):
        self.before = self.case.scratch.belongings()

    def __exit__(self, kind, *_):
        if kind:
            return
        self.case.assertEqual(self.case.scratch.belongings(), self.before)
        self.case.assertEqual(self.case.scratch.strays_after_grace(), {}, "processes are left")
