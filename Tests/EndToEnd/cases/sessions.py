"""An agent that is handed its own work goes on with its own conversation."""

import shutil

from cases.alone import Claude, Codex
from cases.case import WRITE_GREETING, Untouched

# What one run of two turns uses, as the stub counts.
USED = {"inputTokens": 2 * 900, "cachedInputTokens": 2 * 100, "outputTokens": 2 * 40}


class Sessions:
    """For each agent; the classes below say which, and where it keeps its sessions."""

    def test_the_model_is_told_what_was_said_before(self):
        first = self.run_alone("TASK-411", WRITE_GREETING)["outcome"]
        second = self.hand_to_itself("TASK-411", "second.txt")
        self.assertEqual(second["session"], first["session"])
        self.assertNotIn("remarks", second)
        self.assertIn(f"goes on with its session {first['session']}", self.ended.err)
        # The tool was used once in each run.
        self.assertEqual(len(self.turns()[-1]["tool_results"]), 2)
        # What the agent said in the end stands in the conversation, and in the note.
        self.assertEqual(self.scratch.model.body(self.turns()[-1]).count("I did it."), 2)
        self.expect_both_paid_once(first, second)

    def test_a_session_that_is_gone_begins_anew(self):
        first = self.run_alone("TASK-412", WRITE_GREETING)["outcome"]
        shutil.rmtree(self.scratch.root / self.sessions)
        second = self.hand_to_itself("TASK-412", "second.txt")
        self.assertNotEqual(second["session"], first["session"])
        gone = f"the session {first['session']} of {self.agent} is gone, so it began a new one"
        self.assertIn(gone, second["remarks"])
        self.assertEqual(len(self.turns()[-1]["tool_results"]), 1)
        self.expect_both_paid_once(first, second)

    def hand_to_itself(self, task, file):
        """What the second run says of itself, which adds `file`."""
        before = self.show("%H", f"paircoder/{task}")
        note = f'Now go on.\nSTUB: edit file={file} text="more\\n"'
        with Untouched(self):
            self.ended = self.scratch.pair("handoff", task, "--to", self.agent, "--note", note, "--json")
            self.expect(self.ended, 0)
        self.assertEqual(self.show("%P", f"paircoder/{task}"), before)
        for name in ("hello.txt", file):
            self.at(f"paircoder/{task}", name)
        return self.json_of(self.ended)["outcome"]

    def expect_both_paid_once(self, first, second):
        for outcome in (first, second):
            self.assertEqual({key: outcome["usage"][key] for key in USED}, USED)
        self.assertGreater(first["costInUSD"], 0)
        self.assertAlmostEqual(second["costInUSD"], first["costInUSD"])
        spent = self.json_of(self.scratch.pair("status", "--json"))["tasks"][0]["costInUSD"]
        self.assertAlmostEqual(spent, first["costInUSD"] + second["costInUSD"], places=3)


class ClaudeSessions(Sessions, Claude):
    sessions = "home/.claude/projects"


class CodexSessions(Sessions, Codex):
    sessions = "codex/sessions"
