"""What an agent may do in each mode: the table of docs/agents.md, tried out."""

from cases.alone import Claude, Codex
from task_files import front_matter

# The project declares the first of these as a check. Each says so when it has come to its end.
CHECK = "sh check.sh"
COMMAND = "sh command.sh"
WORK = f'STUB: work file=edit.txt text="edit\\n" run="{CHECK}" then="{COMMAND}"'


class Modes:
    """For each agent; the classes below say which, and what it may do beside reading, by mode."""

    def test_plan(self):
        self.try_all("TASK-601", "plan", front_matter("TASK-601", "Design the greetings", WORK))

    def test_auto_edit(self):
        self.try_all("TASK-602", "auto-edit", front_matter("TASK-602", "Add a greeting", WORK))

    def test_auto(self):
        self.try_all("TASK-603", "auto", front_matter("TASK-603", "Add a greeting", WORK, complexity=75))

    def test_full_auto(self):
        files = "# Files to Modify\n- `command.txt`\n- `edit.txt`\n"
        text = front_matter("TASK-604", "Refactor the greetings", f"{WORK}\n\n{files}", kind="refactor")
        self.try_all("TASK-604", "full-auto", text)

    def try_all(self, task, mode, text):
        """Lets the agent edit a file, run the declared check and run another command, as far as it may."""
        self.begin_with(task, text)
        # Git ignores what the check writes, since a run of ours would be a change as well.
        self.scratch.write(".gitignore", "check.txt\n")
        for what in ("check", "command"):
            self.scratch.write(f"{what}.sh", f"set -e\necho > {what}.txt\nenv\necho the {what} has run\n")
        self.configure(f"checks:\n  - {{name: greetings, run: {CHECK}}}")
        ended = self.orchestrate_alone(task)
        self.assertNotIn("remarks", ended["outcome"])
        self.assertEqual(self.trailer("Mode", f"paircoder/{task}"), mode)
        self.assertEqual(self.did(task), self.allowed[mode], f"{self.turns()[-1]}\n{self.ended}")
        # What the model asks for finds no key in its environment.
        printed = "\n".join(self.turns()[-1]["tool_results"])
        self.assertEqual("PATH=" in printed, self.has_run("check") or self.has_run("command"))
        for key in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
            self.assertNotIn(self.scratch.environment[key], printed)

    def did(self, task):
        """What the agent got done: the files in its result, and what its commands answered."""
        changed = self.scratch.git("diff", "--name-only", "HEAD", f"paircoder/{task}").split()
        self.assertEqual("command.txt" in changed, self.has_run("command"))
        edits = {"edit"} if "edit.txt" in changed else set()
        return edits | {what for what in ("check", "command") if self.has_run(what)}

    def has_run(self, what):
        return any(f"the {what} has run" in result for result in self.turns()[-1]["tool_results"])


class ClaudeModes(Modes, Claude):
    allowed = {
        "plan": set(),
        "auto-edit": {"edit"},
        "auto": {"edit", "check"},
        "full-auto": {"edit", "check", "command"},
    }


class CodexModes(Modes, Codex):
    allowed = {
        "plan": set(),
        "auto-edit": {"edit"},
        "auto": {"edit", "check", "command"},
        "full-auto": {"edit", "check", "command"},
    }
