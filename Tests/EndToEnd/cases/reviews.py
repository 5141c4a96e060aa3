"""An agent reads a result, and answers by a schema."""

import json

from cases.alone import Claude, Codex
from cases.case import WRITE_GREETING, Untouched

GUESS = {"severity": "block", "path": "nowhere.txt", "line": None, "message": "A guess."}


def finding(severity, message):
    return {"severity": severity, "path": "hello.txt", "line": 1, "message": message}


class Reviews:
    """For each agent; the classes below say which."""

    def test_a_review_that_passes(self):
        answer = {"verdict": "passes", "summary": "It greets.",
                  "findings": [finding("note", "No full stop.")]}
        review = self.review("TASK-321", answer, status=0)
        self.assertEqual(review["agentReview"]["verdict"], "passes")
        self.assertEqual(review["agentReview"]["summary"], "It greets.")
        self.assertEqual(self.messages(review), ["No full stop."])

    def test_a_review_that_blocks(self):
        answer = {"verdict": "blocks", "summary": "It greets nobody.",
                  "findings": [finding("block", "No name."), GUESS]}
        review = self.review("TASK-322", answer, status=1)
        self.assertEqual(review["agentReview"]["verdict"], "blocks")
        self.assertEqual(self.messages(review), ["No name."])

    def test_an_answer_beside_the_schema(self):
        review = self.review("TASK-323", {"verdict": "perhaps", "summary": "", "findings": []}, status=1)
        self.assertEqual(review["agentReview"]["failure"]["kind"], "bad-output")

    def review(self, task, answer, status):
        """What the review of a task says, in which the agent gives `answer`."""
        asked = f"STUB: answer json='{json.dumps(answer)}' when=schema"
        done = self.run_alone(task, f"{WRITE_GREETING}\n{asked}")["outcome"]
        result = self.show("%H", f"paircoder/{task}")
        with Untouched(self):
            ended = self.scratch.pair("review", task, "--agent", self.agent, "--json")
            self.expect(ended, status)
        self.assertTrue(self.turns()[-1]["by_schema"])
        self.assertEqual(self.show("%H", f"paircoder/{task}"), result)
        self.assertEqual(self.events(task)[-1], "reviewed")
        review = self.json_of(ended)
        self.assertGreater(review["agentReview"]["costInUSD"], 0)
        spent = self.json_of(self.scratch.pair("status", "--json"))["tasks"][0]["costInUSD"]
        self.assertAlmostEqual(spent, done["costInUSD"] + review["agentReview"]["costInUSD"], places=3)
        return review

    def messages(self, review):
        return [finding["message"] for finding in review["findings"] if finding["rule"] == "review"]


class ClaudeReviews(Reviews, Claude):
    pass


class CodexReviews(Reviews, Codex):
    pass
