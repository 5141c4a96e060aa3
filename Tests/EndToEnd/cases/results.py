"""A task is carried out, and its result is what was asked for."""

import secrets

from cases.case import WRITE_GREETING, Case
from task_files import bullets, front_matter


class Results(Case):
    def test_claude_carries_out_a_complex_task(self):
        self.begin_with("TASK-101", bullets("TASK-101", "Add a greeting", WRITE_GREETING))
        self.orchestrate("TASK-101")
        self.expect_result("TASK-101", "claude-code", "auto", ["hello.txt"])
        self.assertEqual(self.at("paircoder/TASK-101", "hello.txt"), "hello\n")
        self.assertTrue(self.scratch.model.turns("anthropic"))
        self.assertFalse(self.scratch.model.turns("responses"))

    def test_codex_carries_out_a_rapid_task(self):
        self.begin_with("TASK-102", front_matter("TASK-102", "Add a greeting", WRITE_GREETING))
        self.orchestrate("TASK-102")
        self.expect_result("TASK-102", "codex-cli", "auto-edit", ["hello.txt"])
        self.assertEqual(self.at("paircoder/TASK-102", "hello.txt"), "hello\n")
        self.assertTrue(self.scratch.model.turns("responses"))
        self.assertFalse(self.scratch.model.turns("anthropic"))

    def test_the_last_message_of_a_design_is_its_result(self):
        body = 'STUB: plan text="Greetings live in one file, hello.txt."'
        self.begin_with("TASK-103", front_matter("TASK-103", "Design the greetings", body))
        self.orchestrate("TASK-103")
        path = ".paircoder/results/TASK-103.md"
        self.expect_result("TASK-103", "claude-code", "plan", [path])
        self.assertIn("Greetings live in one file, hello.txt.", self.at("paircoder/TASK-103", path))

    def test_an_agent_in_plan_mode_cannot_write(self):
        self.begin_with("TASK-104", front_matter("TASK-104", "Design the greetings", WRITE_GREETING))
        self.orchestrate("TASK-104")
        self.expect_result("TASK-104", "claude-code", "plan", [".paircoder/results/TASK-104.md"])

    def test_the_whole_task_is_in_the_prompt(self):
        token = secrets.token_hex(8)
        lines = [f"- Line {n} of a long description, with `code` and ünïcödé." for n in range(100)]
        filler = "\n".join(lines)
        text = bullets("TASK-105", "Add a greeting", f"{WRITE_GREETING}\n\n{filler}\n\nThe last is {token}.")
        self.assertGreater(len(text), 2048)
        self.begin_with("TASK-105", text)
        self.orchestrate("TASK-105")
        first = self.scratch.model.turns("anthropic")[0]
        self.assertIn(text.strip(), self.scratch.model.prompt(first))
        self.assertGreater(first["last_text_length"], len(text))
