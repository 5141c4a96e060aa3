"""A run is stopped from outside: nothing goes on, and nothing is lost."""

import signal

from cases.alone import Claude, Codex
from cases.case import Untouched
from task_files import front_matter

# Hides as well as it can: from its parent, its group and session, its folder and its environment.
HIDE = "cd / && exec setsid env -i sleep 86399"
LEAVE_HIDING = f"({HIDE}) >/dev/null 2>&1 &"


class Endings:
    """For each agent; the classes below say which."""

    # The agent writes a file, and then runs a command with a child that hides.
    hiding_work = f'STUB: work file=partial.txt text="half\\n" run="{LEAVE_HIDING} sleep 86398"'

    def test_an_interrupt_while_the_model_is_silent(self):
        self.stop_a_hanging_run("TASK-402", signal.SIGINT, 130)
        self.assertIn("interrupted", self.events("TASK-402"))

    def test_a_kill_while_the_model_is_silent(self):
        self.stop_a_hanging_run("TASK-404", signal.SIGKILL, -signal.SIGKILL)

    def test_a_termination_while_a_command_runs(self):
        self.stop_a_command("TASK-407", signal.SIGTERM, 143)
        self.assertIn("interrupted", self.events("TASK-407"))
        self.expect_partial_work("TASK-407")

    def test_a_kill_while_a_command_runs(self):
        task = "TASK-408"
        self.stop_a_command(task, signal.SIGKILL, -signal.SIGKILL)
        # The next run finds what the dead one left, keeps it, and starts over.
        self.add_task(task, refactoring(task, 'STUB: edit file=greeting.txt text="hello\\n"'))
        self.orchestrate(task)
        self.assertIn("interrupted", self.events(task))
        self.expect_partial_work(task)
        self.expect_result(task, self.agent, "full-auto", ["greeting.txt"])

    def test_what_a_command_left_behind_ends_with_the_run(self):
        body = f'STUB: work file=a.txt run="{LEAVE_HIDING} sleep 1"'
        self.begin_with("TASK-409", refactoring("TASK-409", body))
        with self.at_most(seconds=60):
            self.orchestrate("TASK-409")
        self.assertEqual(len(self.turns()[-1]["tool_results"]), 2)
        self.expect_result("TASK-409", self.agent, "full-auto", ["a.txt"])

    def test_a_run_is_cancelled_from_another_worktree_and_goes_on(self):
        task = "TASK-410"
        self.begin_with(task, refactoring(task, self.hiding_work))
        elsewhere = self.scratch.root / "elsewhere"
        self.scratch.git("worktree", "add", "--quiet", elsewhere)
        with Untouched(self):
            run = self.scratch.start([self.scratch.pair_program, "orchestrate", "--task", task])
            self.wait_for(self.both_sleep, run)
            command = [self.scratch.pair_program, "cancel", task]
            self.expect(self.scratch.run(command, folder=elsewhere), 0)
            self.expect(run.finish(limit=30), 1)
        self.expect_no_result(task)
        self.assertEqual(self.events(task)[-1], "cancelled")
        self.expect_partial_work(task)
        self.add_task(task, refactoring(task, 'STUB: edit file=rest.txt text="rest\\n"'))
        with Untouched(self):
            self.expect(self.scratch.pair("resume", task), 0)
        self.assertEqual(self.trailer("Agent", f"paircoder/{task}"), self.agent)
        for file, text in (("partial.txt", "half\n"), ("rest.txt", "rest\n")):
            self.assertEqual(self.at(f"paircoder/{task}", file), text)

    def stop_a_hanging_run(self, task, number, status):
        self.begin_with(task, type(self).form(task, "Add a greeting", "STUB: hang"))
        self.stop(task, number, status, self.turns)
        self.expect_no_result(task)

    def stop_a_command(self, task, number, status):
        self.begin_with(task, refactoring(task, self.hiding_work))
        self.stop(task, number, status, self.both_sleep)
        self.expect_no_result(task)

    def stop(self, task, number, status, is_time):
        with Untouched(self):
            run = self.scratch.start([self.scratch.pair_program, "orchestrate", "--task", task])
            self.wait_for(is_time, run)
            self.assertIn(self.agents[0], " ".join(self.scratch.strays().values()))
            run.send(number)
            self.expect(run.finish(limit=30), status)

    def both_sleep(self):
        lines = self.scratch.strays().values()
        return all(any(line.startswith(f"sleep {time}") for line in lines) for time in ("86398", "86399"))

    def expect_partial_work(self, task):
        """The file of the run that was stopped is in its snapshot."""
        folder = f"refs/paircoder/snapshots/{task}"
        names = self.scratch.git("for-each-ref", "--format=%(refname)", folder).split()
        self.assertEqual(len(names), 1, self.whole_log(task))
        self.assertEqual(self.at(names[0], "files/partial.txt"), "half\n")


def refactoring(task, body):
    """A task that is done in the mode full-auto."""
    files = "# Files to Modify\n- `a.txt`\n- `b.txt`\n- `c.txt`\n"
    return front_matter(task, "Refactor the greetings", f"{body}\n\n{files}", kind="refactor")


class ClaudeEndings(Endings, Claude):
    pass


class CodexEndings(Endings, Codex):
    pass
