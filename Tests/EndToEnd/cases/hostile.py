"""A repository that is out to take agents over, and a network that nobody may use."""

import sys

from cases.case import WRITE_GREETING, Case, Untouched
from task_files import bullets, front_matter
from traps import NOTE_WORDS, UNWANTED_WORDS, set_git_traps, set_traps, sprung
from watch import addresses, strangers, watched, why_not


class HostileRepository(Case):
    def set_tasks(self):
        set_traps(self.scratch)
        self.begin_with("TASK-501", bullets("TASK-501", "Add a greeting", WRITE_GREETING))
        self.add_task("TASK-502", front_matter("TASK-502", "Add a greeting", WRITE_GREETING))
        self.add_task("TASK-503", front_matter("TASK-503", "Design a greeting", "STUB: plan text=Hello."))

    def test_it_runs_no_command_and_redirects_no_agent(self):
        self.set_tasks()
        set_git_traps(self.scratch)
        self.orchestrate("TASK-501")
        # Hooks in a tracked folder lie in the agent's worktree, too.
        self.scratch.git("config", "core.hooksPath", ".githooks")
        for task in ("TASK-502", "TASK-503"):
            self.orchestrate(task)
        self.assertEqual(sprung(self.scratch), [])
        for protocol in ("anthropic", "responses"):
            turns = self.scratch.model.turns(protocol)
            self.assertTrue(turns)
            self.expect_nothing_but_notes(turns[0])

    def expect_nothing_but_notes(self, turn):
        body = self.scratch.model.body(turn)
        self.assertEqual([word for word in UNWANTED_WORDS if word in body], [])
        # What the project tells every agent is passed on, once, as words of the project.
        for word in NOTE_WORDS.values():
            self.assertEqual(body.count(word), 1, word)

    def test_its_traps_catch_those_whom_nobody_guards(self):
        # Without this, the test above could pass because the traps have rusted.
        set_traps(self.scratch)
        self.scratch.commit("set traps")
        self.scratch.run(["claude", "-p", "--permission-mode", "acceptEdits"], "STUB: plan", limit=60)
        words = "".join(map(self.scratch.decoy.body, self.scratch.decoy.turns("anthropic")))
        self.assertEqual([word for word in UNWANTED_WORDS if word not in words], [])
        sandbox = ["--sandbox", "workspace-write"]
        self.scratch.run(["codex", "-a", "never", "exec", *sandbox, "-"], "STUB: plan", limit=60)
        set_git_traps(self.scratch)
        self.scratch.git("commit", "--quiet", "--allow-empty", "--message", "here")
        self.scratch.git("config", "core.hooksPath", ".githooks")
        self.scratch.git("commit", "--quiet", "--allow-empty", "--message", "there")
        caught = sprung(self.scratch)
        for name in ("claude-SessionStart", "claude-local-SessionStart", "claude-local-apiKeyHelper",
                     "claude-mcp", "codex-mcp", "decoy-model", "git-pre-commit", "tracked-pre-commit"):
            self.assertIn(name, caught)


class Network(Case):
    """Shown by strace: no address but those of this machine, and no name looked up. Nothing but bpsai-pair
    keeps the agents from it."""

    quiet = False

    def setUp(self):
        if reason := why_not():
            self.skipTest(f"WHERE AGENTS CONNECT TO IS NOT TESTED: {reason}")
        super().setUp()
        self.log = self.scratch.root / "strace"

    def test_agents_reach_nothing_but_their_model(self):
        set_traps(self.scratch)
        self.begin_with("TASK-504", bullets("TASK-504", "Add a greeting", WRITE_GREETING))
        self.add_task("TASK-505", front_matter("TASK-505", "Add a greeting", WRITE_GREETING))
        # Errors are what programs like to report at home; both agents have their turn.
        self.add_task("TASK-506", bullets("TASK-506", "Add a greeting", "STUB: broken"))
        for task, status in (("TASK-504", 0), ("TASK-505", 0), ("TASK-506", 1)):
            with Untouched(self):
                command = [self.scratch.pair_program, "orchestrate", "--task", task]
                self.expect(self.scratch.run(watched(command, self.log)), status)
            self.assertEqual(strangers(self.log), [])
            self.assertIn(("127.0.0.1", self.scratch.model.port), addresses(self.log))
        self.assertEqual(self.values("TASK-506", "Failure"), ["overloaded", "overloaded"])
        self.assertEqual(sprung(self.scratch), [])

    def test_looking_for_agents_reaches_nothing(self):
        for command in ("agents", "doctor"):
            with Untouched(self):
                self.scratch.run(watched([self.scratch.pair_program, command], self.log))
            self.assertEqual(addresses(self.log), set())
            self.assertEqual(strangers(self.log), [])

    def test_who_reaches_out_is_seen(self):
        # Connecting for datagrams sends none: these addresses are for documentation (RFC 5737, RFC 3849).
        reach = ("import socket\n"
                 "for kind, host, port in ((socket.AF_INET, '192.0.2.1', 443),\n"
                 "                         (socket.AF_INET, '127.0.0.1', 53),\n"
                 "                         (socket.AF_INET6, '2001:db8::1', 443)):\n"
                 "    try: socket.socket(kind, socket.SOCK_DGRAM).connect((host, port))\n"
                 "    except OSError: pass\n")
        self.expect(self.scratch.run(watched([sys.executable, "-c", reach], self.log)), 0)
        expected = ["127.0.0.1 port 53", "192.0.2.1 port 443", "2001:db8::1 port 443"]
        self.assertEqual(strangers(self.log), expected)
