"""What the commands around a run do and say."""

import json

from cases.case import WRITE_GREETING, Case, Untouched
from task_files import bullets


class Commands(Case):
    def test_a_dry_run_asks_no_model_and_leaves_no_trace(self):
        self.begin_with("TASK-201", bullets("TASK-201", "Add a greeting", WRITE_GREETING))
        before = self.scratch.git("for-each-ref")
        ended = self.orchestrate("TASK-201", "--dry-run", "--json")
        self.assertIn("claude-code", json.dumps(self.json_of(ended)))
        self.assertEqual(self.scratch.git("for-each-ref"), before)
        self.assertEqual(self.scratch.model.requests(), [])

    def test_the_agents_are_found_and_not_asked_to_work(self):
        with Untouched(self):
            ended = self.scratch.pair("agents", "--json")
            self.expect(ended, 0)
        agents = {agent["name"]: agent for agent in self.json_of(ended)["agents"]}
        for name in ("claude-code", "codex-cli"):
            self.assertEqual(agents[name]["version"], agents[name]["testedVersion"])
        self.assertEqual(agents["claude-code"]["login"]["from"], "ANTHROPIC_API_KEY")
        # Its provider has a key of its own.
        self.assertEqual(agents["codex-cli"]["login"]["state"], "unknown")
        for name, text in self.scratch.environment.items():
            if name.endswith("_API_KEY"):
                self.assertNotIn(text, ended.out + ended.err)
        self.assertEqual(self.scratch.model.requests(), [])

    def test_a_finished_task_is_not_run_again(self):
        self.begin_with("TASK-202", bullets("TASK-202", "Add a greeting", WRITE_GREETING))
        self.orchestrate("TASK-202")
        result = self.scratch.git("rev-parse", "paircoder/TASK-202")
        asked = len(self.scratch.model.requests())
        self.orchestrate("TASK-202")
        self.assertEqual(self.scratch.git("rev-parse", "paircoder/TASK-202"), result)
        self.assertEqual(len(self.scratch.model.requests()), asked)

    def test_log_status_and_review_tell_of_the_result(self):
        self.begin_with("TASK-203", bullets("TASK-203", "Add a greeting", WRITE_GREETING))
        self.json_of(self.orchestrate("TASK-203", "--json"))
        with Untouched(self):
            log = self.scratch.pair("log", "TASK-203")
            self.expect(log, 0)
            self.assertIn("claude-code", log.out)
            status = self.scratch.pair("status", "--json")
            self.expect(status, 0)
            self.assertIn("TASK-203", json.dumps(self.json_of(status)))
            review = self.scratch.pair("review", "TASK-203")
            self.expect(review, 0)
            self.assertTrue(review.out.strip())
        self.assertEqual(self.at("paircoder/TASK-203", "hello.txt"), "hello\n")
