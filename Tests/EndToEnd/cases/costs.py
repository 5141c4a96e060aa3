"""What agents may cost, and who stops them."""

from cases.alone import Claude, Codex
from cases.endings import refactoring

# Three dollars for the first answer. By claude's own prices it costs less than the limit, which it is told
# as well.
PRICES = """\
agents:
  {agent}:
    prices:
      default: {{input: 30, cached: 3, output: 15}}
"""


class Costs:
    """For each agent; the classes below say which."""

    def test_the_daily_limit_stops_it_while_it_works(self):
        task = "TASK-331"
        body = 'STUB: work run="tail -f /dev/null" tokens=100000'
        self.begin_with(task, refactoring(task, body))
        self.scratch.write(".paircoder/capabilities.yaml", PRICES.format(agent=self.agent))
        self.configure("budget: {daily: 2.00}")
        with self.at_most(seconds=25):
            outcome = self.orchestrate_alone(task, status=1)["outcome"]
        failure = outcome["end"]["failure"]
        self.assertEqual(failure["kind"], "over-budget", failure)
        stopped = "stopped: it has cost $3.00 so far, and the daily limit of $2.00 leaves it $2.00"
        self.assertEqual(failure["detail"], stopped)
        self.assertEqual(len(self.turns()), 1)
        self.assertEqual(outcome["usage"]["inputTokens"], 100000)


class ClaudeCosts(Costs, Claude):
    pass


class CodexCosts(Costs, Codex):
    pass
