"""A place for one test: a repository, a home, a stub model, and the programs that run against them.

Nothing of the caller's environment reaches the programs, and everything that a test starts is ended by
its process id when the test ends.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

from ground import Ground
from programs import end, kill, processes_after_grace

HERE = Path(__file__).resolve().parent

CODEX_CONFIG = """\
model = "gpt-5.5"
model_provider = "stub"

[model_providers.stub]
name = "stub"
base_url = "http://127.0.0.1:{port}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 1
stream_max_retries = 1
"""

# What keeps the agents off public hosts. bpsai-pair sees to that as well; where it fails to, one test shows
# it, and the others stay on this machine.
QUIET_CODEX = """
check_for_update_on_startup = false
analytics.enabled = false
features.plugins = false
"""
QUIET_CLAUDE = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
}


class StubModel:
    """A running stub_model.py and what it was asked."""

    def __init__(self, folder):
        self.log = folder / "requests.jsonl"
        self.prompts = folder / "prompts"
        self.prompts.mkdir(parents=True)
        self.log.touch()
        program = [sys.executable, "-B", HERE / "stub_model.py"]
        command = [*program, "--log", self.log, "--prompts", self.prompts]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={})
        self.port = int(self.process.stdout.readline().split()[1])

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def turns(self, protocol):
        """The requests in which an agent asked the model to go on."""
        return [request for request in self.requests() if request.get("protocol") == protocol]

    def prompt(self, request):
        return (self.prompts / request["prompt_file"]).read_text(encoding="utf-8")

    def body(self, request):
        """The whole of what the agent sent, as text."""
        return (self.prompts / request["body_file"]).read_text(encoding="utf-8")

    def end(self):
        end(self.process)
        self.process.stdout.close()


class Scratch(Ground):
    """Must be closed; `make_repository` comes first."""

    def __init__(self, pair, agents, with_agents=("claude", "codex"), quiet=True):
        """With `quiet`, the agents' own settings keep them off public hosts."""
        super().__init__(pair, "pair-agents-")
        self.quiet = quiet
        # codex makes no sandbox when its home lies in the temporary folder.
        for name in ("codex", "sprung"):
            (self.root / name).mkdir()
        for name in with_agents:
            (self.root / "bin" / name).symlink_to((agents / name).resolve())
        self.model = StubModel(self.root / "model")
        self.decoy = StubModel(self.root / "decoy")
        self.environment |= {
            "ANTHROPIC_API_KEY": random_key(),
            "OPENAI_API_KEY": random_key(),
            "CODEX_HOME": str(self.root / "codex"),
            **(QUIET_CLAUDE if quiet else {}),
        }
        self.lead_to(self.model.port)

    def lead_to(self, port):
        """Lets both agents look for their model at `port`."""
        self.environment["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{port}"
        config = (QUIET_CODEX if self.quiet else "") + CODEX_CONFIG.format(port=port)
        (self.root / "codex" / "config.toml").write_text(config)

    def strays_after_grace(self):
        return processes_after_grace(self.root, self.own_pids())

    def own_pids(self):
        return {os.getpid(), self.model.process.pid, self.decoy.process.pid}

    def close(self, keep=False):
        kill(self.strays())
        self.model.end()
        self.decoy.end()
        super().close(keep)


def random_key():
    return "test-" + secrets.token_hex(16)
