"""What a failure is called, how long it takes, and what it leaves."""

import socket
import time

from cases.alone import Claude, Codex
from cases.case import WRITE_GREETING


class Failures:
    """For each agent; the classes below say which."""

    def expect_failure(self, task, scenario, kind, status=1):
        failure = self.run_alone(task, f"STUB: {scenario}", status)["outcome"]["end"]["failure"]
        self.assertEqual(failure["kind"], kind, failure)
        self.expect_no_result(task)
        self.assertIn("failed", self.events(task))
        self.assertIn(kind, self.values(task, "Failure"))
        return failure

    def test_a_refused_key(self):
        self.expect_failure("TASK-301", "auth", "not-authenticated")

    def test_a_refused_request(self):
        self.expect_failure("TASK-302", "bad", "refused")

    def test_a_prompt_that_is_too_long(self):
        self.expect_failure("TASK-303", "toolong", "context-exceeded")

    def test_a_rate_limit(self):
        self.expect_failure("TASK-304", "ratelimit", "rate-limited", status=75)

    def test_a_usage_limit(self):
        failure = self.expect_failure("TASK-305", "usagelimit", "rate-limited", status=75)
        self.assertEqual(failure.get("until", {}).get("secondsSince1970"), self.limit_end)

    def test_a_broken_server(self):
        self.expect_failure("TASK-306", "broken", "overloaded")

    def test_an_overloaded_server(self):
        self.expect_failure("TASK-307", "overloaded", "overloaded")

    def test_an_overload_that_passes(self):
        # Asked again by us, since its own attempts do not suffice.
        refused = 1 + self.own_retries
        body = f"{WRITE_GREETING} refuse=overloaded times={refused}"
        self.begin_with("TASK-317", type(self).form("TASK-317", "Add a greeting", body))
        self.configure("limits: {retries: 1}")
        self.orchestrate_alone("TASK-317")
        self.assertIn("failed (overloaded); it is asked again in 10 s", self.ended.err)
        self.assertEqual(self.events("TASK-317").count("retrying"), 1)
        self.assertEqual(len(self.turns()), refused + 2)
        self.assertEqual(self.at("paircoder/TASK-317", "hello.txt"), "hello\n")

    def test_a_connection_that_drops(self):
        self.expect_failure("TASK-308", "cut", "overloaded")

    def test_a_rate_limit_that_ends_in_a_second(self):
        with self.at_most(seconds=30):
            self.expect_failure("TASK-313", "ratelimit retry_after=1", "rate-limited", status=75)
        self.assertGreater(len(self.turns()), 1, "it was not tried again")

    def test_a_rate_limit_that_ends_in_an_hour(self):
        body = "STUB: ratelimit retry_after=3600"
        self.begin_with("TASK-314", type(self).form("TASK-314", "Add a greeting", body))
        self.configure("timeout: 8s")
        with self.at_most(seconds=30):
            ended = self.orchestrate_alone("TASK-314", status=75)
        self.assertEqual(ended["outcome"]["end"]["failure"]["kind"], "rate-limited", ended)

    def test_a_port_that_nobody_listens_on(self):
        with socket.socket() as bound, self.at_most(seconds=60):
            # Bound and never listening: nobody else can take it.
            bound.bind(("127.0.0.1", 0))
            self.scratch.lead_to(bound.getsockname()[1])
            self.expect_failure("TASK-315", "plan", "overloaded")

    def test_an_answer_that_never_goes_on(self):
        self.begin_with("TASK-316", type(self).form("TASK-316", "Add a greeting", "STUB: hang"))
        self.configure("timeout: 4s")
        with self.at_most(seconds=25):
            ended = self.orchestrate_alone("TASK-316", status=1)
        self.assertEqual(ended["outcome"]["end"]["failure"]["kind"], "timed-out", ended)
        self.assertTrue(self.turns())
        self.expect_no_result("TASK-316")


class ClaudeFailures(Failures, Claude):
    pass


class CodexFailures(Failures, Codex):
    pass
