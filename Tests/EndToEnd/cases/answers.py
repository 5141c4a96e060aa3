"""What agents say, and what is read out of it."""

from cases.alone import Claude, Codex
from cases.case import WRITE_GREETING


class Answers:
    """For each agent; the classes below say which."""

    def test_an_agent_that_only_talks(self):
        self.run_alone("TASK-309", "STUB: plan", status=1)
        self.assertEqual(self.events("TASK-309")[-1], "unchanged")

    def test_an_answer_of_two_megabytes(self):
        self.run_alone("TASK-310", "STUB: long length=2000000", title="Design the greetings")
        text = self.at("paircoder/TASK-310", ".paircoder/results/TASK-310.md")
        self.assertGreater(len(text), 2_000_000)

    def test_a_tool_that_is_denied(self):
        self.run_alone("TASK-312", WRITE_GREETING, title="Design the greetings")
        # Within Landlock codex has no sandbox of its own, which would say so; ours keeps it from writing.
        if (self.agent, self.scratch.wall) != ("codex-cli", "landlock"):
            self.assertIn(f"  was denied {self.writing_tool} ", self.ended.err)
        self.assertNotIn("  changed ", self.ended.err)

    def test_what_was_used_is_what_the_model_counted(self):
        outcome = self.run_alone("TASK-311", WRITE_GREETING)["outcome"]
        used = outcome["usage"]
        # Two turns of the stub's.
        self.assertEqual(used["inputTokens"], 2 * 900)
        self.assertEqual(used["cachedInputTokens"], 2 * 100)
        self.assertEqual(used["outputTokens"], 2 * 40)
        self.assertGreater(outcome["costInUSD"], 0)
        self.assertEqual(outcome.get("remarks"), None)
        self.assertTrue(outcome["model"])


class ClaudeAnswers(Answers, Claude):
    pass


class CodexAnswers(Answers, Codex):
    pass
