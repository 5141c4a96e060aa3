"""One agent, which nobody takes over from."""

from cases.case import Case
from task_files import bullets, front_matter


class Alone(Case):
    """The two below say which."""

    form = None

    def run_alone(self, task, body, status=0, title="Add a greeting"):
        """What a run of a new task says of itself."""
        self.begin_with(task, type(self).form(task, title, body))
        return self.orchestrate_alone(task, status)

    def orchestrate_alone(self, task, status=0):
        self.ended = self.orchestrate(task, "--json", status=status)
        return self.json_of(self.ended)

    def turns(self):
        return self.scratch.model.turns(self.protocol)


class Claude(Alone):
    agents = ("claude",)
    agent = "claude-code"
    form = staticmethod(bullets)
    protocol = "anthropic"
    writing_tool = "Write"
    # With a key, and no subscription, it is not told.
    limit_end = None
    # How often it asks again by itself when its model is overloaded.
    own_retries = 2


class Codex(Alone):
    agents = ("codex",)
    agent = "codex-cli"
    form = staticmethod(front_matter)
    protocol = "responses"
    writing_tool = "apply_patch"
    limit_end = 1900000000
    own_retries = 1
