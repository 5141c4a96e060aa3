"""A task goes from one agent to another."""

from cases.case import WRITE_GREETING, Case, Untouched
from task_files import bullets


class Handoffs(Case):
    def test_codex_takes_over_where_claude_is_refused(self):
        body = f"STUB: auth for=anthropic\n{WRITE_GREETING} for=responses"
        self.begin_with("TASK-401", bullets("TASK-401", "Add a greeting", body))
        self.orchestrate("TASK-401")
        self.expect_result("TASK-401", "codex-cli", self.values("TASK-401", "Mode")[-1], ["hello.txt"])
        self.assertTrue(self.scratch.model.turns("anthropic"))
        prompt = self.scratch.model.prompt(self.scratch.model.turns("responses")[0])
        self.assertIn("not-authenticated", prompt, "the handoff note is not in the prompt")

    def test_a_task_goes_from_claude_to_codex_and_back(self):
        """Each sees the work and the note of the one before; the last word of the notes names its scenario."""
        task = "TASK-406"
        self.begin_with(task, bullets(task, "Add a greeting", WRITE_GREETING))
        self.orchestrate(task, "--agent", "claude")
        for number, (agent, protocol, file) in enumerate(
                (("codex", "responses", "second.txt"), ("claude", "anthropic", "third.txt"))):
            before = self.show("%H", f"paircoder/{task}")
            turns = len(self.scratch.model.turns(protocol))
            note = f'Now go on.\nSTUB: edit file={file} text="{number}\\n"'
            with Untouched(self):
                self.expect(self.scratch.pair("handoff", task, "--to", agent, "--note", note), 0)
            prompt = self.scratch.model.prompt(self.scratch.model.turns(protocol)[turns])
            self.assertIn("Now go on.", prompt)
            self.assertIn("hello.txt", prompt, "the note does not name what was changed before")
            self.assertEqual(self.show("%P", f"paircoder/{task}"), before)
        for file in ("hello.txt", "second.txt", "third.txt"):
            self.at(f"paircoder/{task}", file)
        self.assertEqual(self.trailer("Agent", f"paircoder/{task}"), "claude-code")
