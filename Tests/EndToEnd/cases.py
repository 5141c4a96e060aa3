"""What must hold when the real agents do the work."""

import json
import secrets
import signal
import time
import unittest

from ground import USER
from scratch import Scratch
from task_files import bullets, front_matter
from traps import set_traps, sprung

WRITE_GREETING = 'STUB: edit file=hello.txt text="hello\\n"'


class Settings:
    """What the command line says; run.py fills it in."""

    pair = None
    agents = None
    keep = False


class Case(unittest.TestCase):
    agents = ("claude", "codex")

    def setUp(self):
        self.scratch = Scratch(Settings.pair, Settings.agents, self.agents)
        self.addCleanup(self.scratch.close, Settings.keep)
        self.scratch.make_repository()

    # Steps

    def begin_with(self, task, text):
        """A repository that is set up and has `task`, all of it committed."""
        self.expect(self.scratch.pair("init"), 0)
        self.add_task(task, text)

    def add_task(self, task, text):
        self.scratch.write(self.file_of(task), text)
        self.scratch.commit(f"add {task}")

    def orchestrate(self, task, *options, status=0):
        """Runs `task`; whatever comes of it, the user's things stay and no agent does."""
        with Untouched(self):
            ended = self.scratch.pair("orchestrate", "--task", task, *options)
            self.expect(ended, status)
        return ended

    # Checks

    def expect(self, ended, status):
        self.assertEqual(ended.status, status, str(ended))

    def expect_result(self, task, agent, mode, paths):
        """Checks the result commit of `task`: who, why, on top of what, with which files."""
        branch = f"paircoder/{task}"
        self.assertTrue(self.scratch.has_ref(f"refs/heads/{branch}"), self.whole_log(task))
        author, committer, parent = self.show("%an%n%cn%n%P", branch).splitlines()
        self.assertIn(agent.split("-")[0], author.lower())
        self.assertEqual(committer, USER)
        self.assertEqual(parent, self.scratch.git("rev-parse", "HEAD").strip())
        self.assertEqual(self.trailer("Task", branch), task)
        self.assertEqual(self.trailer("Agent", branch), agent)
        self.assertEqual(self.trailer("Mode", branch), mode)
        self.assertTrue(self.trailer("Run", branch))
        changed = self.scratch.git("diff", "--name-only", "HEAD", branch).split()
        self.assertEqual(sorted(changed), sorted([self.file_of(task), *paths]))
        self.assertRegex(self.at(branch, self.file_of(task)), r"(?im)^(status:|- \*\*Status\*\*:) done$")
        self.assertEqual(self.events(task).count("committed"), 1)
        self.assertIn(task, self.scratch.git("notes", "--ref=paircoder", "show", branch))

    def expect_no_result(self, task):
        self.assertFalse(self.scratch.has_ref(f"refs/heads/paircoder/{task}"))
        self.assertNotIn("committed", self.events(task))

    # What the repository says

    def file_of(self, task):
        return f".paircoder/tasks/{task}.md"

    def show(self, form, commit):
        return self.scratch.git("log", "-1", f"--format={form}", commit).strip()

    def trailer(self, key, commit):
        return self.show(f"%(trailers:key=PairCoder-{key},valueonly)", commit)

    def at(self, commit, path):
        return self.scratch.git("show", f"{commit}:{path}")

    def whole_log(self, task):
        return self.scratch.git("log", "--format=%B", f"refs/paircoder/tasks/{task}")

    def values(self, task, key):
        """The values of a trailer in the log of `task`, oldest first."""
        form = f"--format=%(trailers:key=PairCoder-{key},valueonly)"
        return self.scratch.git("log", "--reverse", form, f"refs/paircoder/tasks/{task}").split()

    def events(self, task):
        return self.values(task, "Event")

    def json_of(self, ended):
        """The last JSON value that a command printed, which names its schema."""
        try:
            value = json.loads(ended.out)
        except ValueError:
            value = json.loads(ended.out.splitlines()[-1])
        self.assertTrue(value["schema"].startswith("bpsai-pair/"), str(ended))
        return value


class Untouched:
    """Checks that what happens inside leaves the user's things as they were, and no process behind."""

    def __init__(self, case):
        self.case = case

    def __enter__(self):
        self.before = self.case.scratch.belongings()

    def __exit__(self, kind, *_):
        if kind:
            return
        self.case.assertEqual(self.case.scratch.belongings(), self.before)
        self.case.assertEqual(self.case.scratch.strays_after_grace(), {}, "processes are left")


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


class Alone:
    """One agent, which nobody takes over from. The two below say which."""

    form = None

    def run_alone(self, task, body, status=0, title="Add a greeting"):
        """What a run of a new task says of itself."""
        self.expect(self.scratch.pair("init"), 0)
        self.add_task(task, type(self).form(task, title, body))
        self.ended = self.orchestrate(task, "--json", status=status)
        return self.json_of(self.ended)

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

    def test_a_connection_that_drops(self):
        self.expect_failure("TASK-308", "cut", "overloaded")

    def test_an_agent_that_only_talks(self):
        self.run_alone("TASK-309", "STUB: plan", status=1)
        self.assertEqual(self.events("TASK-309")[-1], "unchanged")

    def test_an_answer_of_two_megabytes(self):
        self.run_alone("TASK-310", "STUB: long length=2000000", title="Design the greetings")
        text = self.at("paircoder/TASK-310", ".paircoder/results/TASK-310.md")
        self.assertGreater(len(text), 2_000_000)

    def test_a_tool_that_is_denied(self):
        self.run_alone("TASK-312", WRITE_GREETING, title="Design the greetings")
        self.assertIn(f"  was denied {self.writing_tool} ", self.ended.err)
        self.assertNotIn("  changed ", self.ended.err)

    def test_what_was_used_is_what_the_model_counted(self):
        outcome = self.run_alone("TASK-311", WRITE_GREETING)["outcome"]
        used = outcome["usage"]
        # Two turns of the stub's.
        self.assertEqual(used["inputTokens"], 2 * 900)
        self.assertEqual(used["cachedInputTokens"], 2 * 100)
        self.assertEqual(used["outputTokens"], 2 * 40)
        self.assertGreater(outcome["costInUSD"], 0)
        self.assertEqual(outcome.get("remarks"), None)
        self.assertTrue(outcome["model"])


class ClaudeAlone(Alone, Case):
    agents = ("claude",)
    form = staticmethod(bullets)
    writing_tool = "Write"
    # With a key, and no subscription, it is not told.
    limit_end = None


class CodexAlone(Alone, Case):
    agents = ("codex",)
    form = staticmethod(front_matter)
    writing_tool = "apply_patch"
    limit_end = 1900000000


class Endings(Case):
    def test_codex_takes_over_where_claude_is_refused(self):
        body = f"STUB: auth for=anthropic\n{WRITE_GREETING} for=responses"
        self.begin_with("TASK-401", bullets("TASK-401", "Add a greeting", body))
        self.orchestrate("TASK-401")
        self.expect_result("TASK-401", "codex-cli", self.values("TASK-401", "Mode")[-1], ["hello.txt"])
        self.assertTrue(self.scratch.model.turns("anthropic"))
        prompt = self.scratch.model.prompt(self.scratch.model.turns("responses")[0])
        self.assertIn("not-authenticated", prompt, "the handoff note is not in the prompt")

    def test_a_task_goes_from_claude_to_codex_and_back(self):
        """Each sees the work and the note of the one before; the last word of the notes names its scenario."""
        task = "TASK-406"
        self.begin_with(task, bullets(task, "Add a greeting", WRITE_GREETING))
        self.orchestrate(task, "--agent", "claude")
        for number, (agent, protocol, file) in enumerate(
                (("codex", "responses", "second.txt"), ("claude", "anthropic", "third.txt"))):
            before = self.show("%H", f"paircoder/{task}")
            turns = len(self.scratch.model.turns(protocol))
            note = f'Now go on.\nSTUB: edit file={file} text="{number}\\n"'
            with Untouched(self):
                self.expect(self.scratch.pair("handoff", task, "--to", agent, "--note", note), 0)
            prompt = self.scratch.model.prompt(self.scratch.model.turns(protocol)[turns])
            self.assertIn("Now go on.", prompt)
            self.assertIn("hello.txt", prompt, "the note does not name what was changed before")
            self.assertEqual(self.show("%P", f"paircoder/{task}"), before)
        for file in ("hello.txt", "second.txt", "third.txt"):
            self.at(f"paircoder/{task}", file)
        self.assertEqual(self.trailer("Agent", f"paircoder/{task}"), "claude-code")

    def test_an_interrupt_ends_claude(self):
        self.stop_a_hanging_run("TASK-402", "claude", signal.SIGINT, 130)
        self.assertIn("interrupted", self.events("TASK-402"))

    def test_an_interrupt_ends_codex(self):
        self.stop_a_hanging_run("TASK-403", "codex", signal.SIGINT, 130)
        self.assertIn("interrupted", self.events("TASK-403"))

    def test_claude_does_not_outlive_a_killed_orchestrator(self):
        self.stop_a_hanging_run("TASK-404", "claude", signal.SIGKILL, -signal.SIGKILL)

    def test_codex_does_not_outlive_a_killed_orchestrator(self):
        self.stop_a_hanging_run("TASK-405", "codex", signal.SIGKILL, -signal.SIGKILL)

    def stop_a_hanging_run(self, task, agent, number, status):
        protocol, form = {"claude": ("anthropic", bullets), "codex": ("responses", front_matter)}[agent]
        self.begin_with(task, form(task, "Add a greeting", "STUB: hang"))
        with Untouched(self):
            run = self.scratch.start([Settings.pair, "orchestrate", "--task", task])
            self.wait_for(lambda: self.scratch.model.turns(protocol), run)
            self.assertIn(agent, " ".join(self.scratch.strays().values()))
            run.send(number)
            self.expect(run.finish(limit=30), status)
        self.expect_no_result(task)

    def wait_for(self, happened, run):
        deadline = time.monotonic() + 30
        while not happened():
            if run.has_ended() or time.monotonic() > deadline:
                self.fail(f"the agent never asked its model\n{run.finish(limit=0)}")
            time.sleep(0.05)


class HostileRepository(Case):
    def test_it_runs_no_command_and_redirects_no_agent(self):
        set_traps(self.scratch)
        self.begin_with("TASK-501", bullets("TASK-501", "Add a greeting", WRITE_GREETING))
        self.add_task("TASK-502", front_matter("TASK-502", "Add a greeting", WRITE_GREETING))
        self.add_task("TASK-503", front_matter("TASK-503", "Design a greeting", "STUB: plan text=Hello."))
        for task in ("TASK-501", "TASK-502", "TASK-503"):
            self.orchestrate(task)
        self.assertEqual(sprung(self.scratch), [])
        self.assertTrue(self.scratch.model.turns("anthropic"))
        self.assertTrue(self.scratch.model.turns("responses"))

    def test_its_traps_catch_agents_that_nobody_guards(self):
        # Without this, the test above could pass because the traps have rusted.
        set_traps(self.scratch)
        self.scratch.commit("set traps")
        self.scratch.run(["claude", "-p", "--permission-mode", "acceptEdits"], "STUB: plan", limit=60)
        self.assertIn("claude-SessionStart", sprung(self.scratch))
        self.assertIn("claude-apiKeyHelper", sprung(self.scratch))
        self.assertIn("decoy-model", sprung(self.scratch))
        sandbox = ["--sandbox", "workspace-write"]
        self.scratch.run(["codex", "-a", "never", "exec", *sandbox, "-"], "STUB: plan", limit=60)
        self.assertIn("codex-mcp", sprung(self.scratch))
