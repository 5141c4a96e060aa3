"""Steps of a workflow: one agent plans, one carries out, one reviews, all on one branch."""

import json

from cases.case import Case, Untouched
from task_files import bullets

# The example of TASK-028, as it stands there.
SEED = """\
# Complex task flow
workflow:
  - agent: claude-code
    mode: plan
    task: "Design authentication system"
    output: design.md
    
  - agent: codex-cli
    mode: full-auto
    task: "Implement basic auth per design.md"
    output: src/auth/
    
  - agent: claude-code
    mode: plan
    task: "Review implementation against design"
    output: review.md
"""  # noqa: W293
FILE = ".paircoder/workflows/auth.yaml"
BRANCH = "paircoder/auth"
PASSES = {"verdict": "passes", "summary": "As designed.", "findings": []}


class Workflows(Case):
    def test_the_seed_s_workflow(self):
        self.begin()
        # Where no task says it, the project's notes tell the stub what to do.
        self.scratch.write("AGENTS.md", self.stub(PASSES))
        self.scratch.commit("notes")
        ended = self.carry_out(status=0)
        self.assertEqual(ended["state"], "finished")
        self.assertEqual(self.authors(), ["Claude Code", "Codex", "Claude Code"])
        self.assertEqual(self.at(BRANCH, "design.md"), "A login, and no more.\n")
        self.assertEqual(self.at(BRANCH, "src/auth/login.py"), "login = True\n")
        self.assertIn("Verdict: passes\n\nAs designed.", self.at(BRANCH, "review.md"))
        self.assertEqual(self.events("auth").count("committed"), 4)
        prompt = self.scratch.model.prompt(self.scratch.model.turns("responses")[0])
        self.assertIn("> A login, and no more.", prompt, "the note of the step before")
        self.assertIn("`design.md` is there, made by claude-code in step 1", prompt)
        self.assertTrue(self.scratch.model.turns("anthropic")[-1]["by_schema"])
        count = len(self.scratch.model.requests())
        self.assertEqual(self.carry_out(status=0)["state"], "not-needed")
        self.assertEqual(len(self.scratch.model.requests()), count)

    def test_what_a_review_finds_reaches_the_agent_that_puts_it_right(self):
        # It is the finding that tells the stub what to do in the second round.
        message = "STUB: edit file=src/auth/logout.py text=1 for=responses"
        finding = {"severity": "block", "path": "src/auth/login.py", "line": 1, "message": message}
        answer = {"verdict": "blocks", "summary": "No way out.", "findings": [finding]}
        self.begin()
        self.add_task("TASK-431", bullets("TASK-431", "Log in", self.stub(answer)))
        ended = self.carry_out("--task", "TASK-431", status=1)
        self.assertEqual(ended["state"], "findings-left", str(ended))
        self.assertEqual([step["round"] for step in ended["steps"]], [1, 1, 1, 2, 2])
        self.assertEqual(self.at("paircoder/TASK-431", "src/auth/logout.py").strip(), "1")
        self.assertEqual(self.at("paircoder/TASK-431", "src/auth/login.py"), "login = True\n")

    def begin(self):
        """A repository with the workflow."""
        self.expect(self.scratch.pair("init"), 0)
        self.scratch.write(FILE, SEED)
        self.scratch.commit("a workflow")

    def stub(self, answer):
        return (
            'STUB: plan text="A login, and no more." for=anthropic\n'
            'STUB: edit file=src/auth/login.py text="login = True\\n" for=responses\n'
            f"STUB: answer json='{json.dumps(answer)}' when=schema\n"
        )

    def carry_out(self, *options, status):
        with Untouched(self):
            ended = self.scratch.pair("orchestrate", "--workflow", FILE, "--json", *options)
            self.expect(ended, status)
        return self.json_of(ended)

    def authors(self):
        return self.scratch.git("log", "--reverse", "--format=%an", f"HEAD..{BRANCH}").splitlines()
