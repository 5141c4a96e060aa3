"""A key alone, as in CI: each run has a home of its own, and the user's stays as it is."""

import subprocess

from cases.alone import Claude, Codex
from cases.case import WRITE_GREETING, Untouched
from watch import strangers, watched, why_not

# A network with nobody in it, not even this machine.
NOWHERE = ["unshare", "--user", "--map-root-user", "--net"]


class KeyOnly:
    """For each agent; the classes below say which."""

    def setUp(self):
        super().setUp()
        # The home is for agents alone.
        self.scratch.environment |= {"CI": "true", "XDG_STATE_HOME": str(self.scratch.root / "state")}

    def at_home(self):
        """What is there beside git's settings."""
        return [path for path in (self.scratch.root / "home").iterdir() if path.name != ".gitconfig"]

    def expect_nothing_at_home(self):
        self.assertEqual(self.at_home(), [])
        runs = self.scratch.repository / ".git/paircoder/runs"
        self.assertTrue(list(runs.iterdir()), "the run's folder is not where this looks")
        self.assertEqual(list(runs.rglob("home")), [])
        self.assertEqual(self.json_of(self.ended)["outcome"].get("session"), None)
        remark = self.json_of(self.ended)["outcome"]["remarks"][0]
        self.assertTrue(remark.startswith(f"{self.agent} ran with the key in {self.key} alone"), remark)


class ClaudeKeyOnly(KeyOnly, Claude):
    key = "ANTHROPIC_API_KEY"

    def test_it_works_in_a_home_of_the_run(self):
        self.run_alone("TASK-341", WRITE_GREETING)
        self.assertEqual(self.at("paircoder/TASK-341", "hello.txt"), "hello\n")
        self.assertEqual(len(self.turns()), 2)
        self.expect_nothing_at_home()
        # The next run has nothing to go on with.
        with Untouched(self):
            handoff = self.scratch.pair("handoff", "TASK-341", "--to", self.agent)
        self.assertIn("claude-code goes on with TASK-341", handoff.err)
        self.assertEqual(self.at_home(), [])


class CodexKeyOnly(KeyOnly, Codex):
    """Without its user's settings it asks its maker, so it does that where there is no network."""

    key = "CODEX_API_KEY"

    def setUp(self):
        if reason := why_not() or no_namespace():
            self.skipTest(f"CODEX WITH A KEY ALONE IS NOT TESTED: {reason}")
        super().setUp()
        del self.scratch.environment["CODEX_HOME"]
        self.scratch.environment[self.key] = self.scratch.environment.pop("OPENAI_API_KEY")

    def test_it_looks_for_its_maker_from_a_home_of_the_run(self):
        self.begin_with("TASK-342", type(self).form("TASK-342", "Add a greeting", WRITE_GREETING))
        # It asks for minutes.
        self.configure("timeout: 5s")
        log = self.scratch.root / "strace"
        with Untouched(self):
            command = [self.scratch.pair_program, "orchestrate", "--task", "TASK-342", "--json"]
            self.ended = self.scratch.run([*NOWHERE, *watched(command, log)])
            self.expect(self.ended, 1)
        self.assertEqual(self.json_of(self.ended)["outcome"]["end"]["failure"]["kind"], "timed-out")
        self.assertEqual(self.scratch.model.requests(), [])
        self.assertTrue(strangers(log), "it looked for nobody")
        self.expect_nothing_at_home()


def no_namespace():
    """Why there can be no network of one's own here; None when there can."""
    tried = subprocess.run([*NOWHERE, "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else tried.stderr.strip()
