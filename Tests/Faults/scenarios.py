"""What is run, and struck at every one of its effects: the repository before, the command, and what must be
once the next command has put all in order."""

import sys
from dataclasses import dataclass, field
from typing import Callable

from stage import HERE

sys.path.insert(0, str(HERE.parent / "EndToEnd"))

from task_files import front_matter  # noqa: E402

CONFIG = 'orchestrate:\n  checks:\n    - {name: there, run: "ls *.txt", timeout: 1m}\n'
TASK = "TASK-1"
RUN = ("orchestrate", "--task", TASK)
CLAUDE = (*RUN, "--agent", "claude")


@dataclass(frozen=True)
class Scenario:
    name: str
    command: tuple
    # What puts things in order after it was struck, with the statuses that this may end with.
    recovery: tuple = RUN
    ends: tuple = (0,)
    # What the task's log says of results in the end, and whether there is a branch.
    committed: tuple = (1,)
    has_branch: bool = True
    # What agents do: in the runs that make the repository, and then.
    before: dict = field(default_factory=dict)
    scripts: dict = field(default_factory=dict)
    # Commands that make the repository, each with its status.
    made_by: tuple = ()
    kind: str = "feature"
    body: str = "Write a greeting."
    approvals: tuple = ("checks",)
    # The files of the result beside the task's.
    result: tuple = ("hello.txt",)
    config: str = CONFIG
    # Committed beside, and what is left untracked, by path.
    files: dict = field(default_factory=dict)
    untracked: dict = field(default_factory=dict)
    # More that must hold in the end, of the stage.
    holds: Callable = None


def prepare(scenario, stage):
    """Makes the repository of `scenario`; what was approved holds for this one only."""
    stage.make_repository()
    stage.write(".paircoder/config.yaml", scenario.config)
    for path, text in scenario.files.items():
        stage.write(path, text)
    stage.write(f".paircoder/tasks/{TASK}.task.md", front_matter(TASK, "Greet", scenario.body, scenario.kind, 75))
    stage.commit("tasks")
    stage.write("README.md", "# A scratch project\nwith a change that is not staged\n")
    for path, text in scenario.untracked.items():
        stage.write(path, text)
    stage.write("new.md", "staged\n")
    stage.git("add", "new.md")
    approve(scenario, stage)
    for agent, lines in scenario.before.items():
        stage.script(agent, lines)
    for command, status in scenario.made_by:
        ended = stage.pair(*command)
        assert ended.status == status, str(ended)
    for agent, lines in scenario.scripts.items():
        stage.script(agent, lines)


def approve(scenario, stage):
    ended = stage.pair("trust", *scenario.approvals)
    assert ended.status == 0, str(ended)


def recipe(*lines):
    return "\n".join(["```sh recipe", *lines, "```"])


def integrated(stage):
    """The plan's branch stands where its log says, holds both results, and every state it had is reachable."""
    branch, log = stage.refs()["refs/heads/paircoder/_plan/sprint-6"], "refs/paircoder/plans/sprint-6"
    last = stage.git("log", "-1", "--first-parent", "--format=%(trailers:key=PairCoder-Commit,valueonly)", log).strip()
    held = stage.git("log", "--format=%H", branch).split()
    results = [stage.trailer(task, "Commit") for task in (TASK, "TASK-2")]
    merges = stage.git("log", "--first-parent", "--format=%s", f"HEAD..{branch}").splitlines()
    return (
        branch == last
        and all(result in held for result in results)
        and merges == ["Merge TASK-2: Greet, too", f"Merge {TASK}: Greet"]
        and stage.git("show", f"{branch}:hello.txt") == "two\n"
        # Twice where the run that was to make it anew failed.
        and stage.events("TASK-2").count("sent-back") in (1, 2)
    )


def made_anew(stage):
    """The plan's branch holds both results, the second as its workflow made it anew, and every state it had."""
    branch = stage.refs()["refs/heads/paircoder/_plan/sprint-6"]
    held = stage.git("log", "--format=%H", branch).split()
    merges = stage.git("log", "--first-parent", "--format=%s", f"HEAD..{branch}").splitlines()
    anew = stage.git("show", f"{stage.trailer(TASK, 'Commit')}:hello.txt")
    return (
        all(stage.trailer(task, "Commit") in held for task in ("TASK-0", TASK))
        and merges == [f"Merge {TASK}: Greet", "Merge TASK-0: Greet, too"]
        and stage.git("show", f"{branch}:hello.txt") == anew != "two\n"
        # What was cut off goes on, and what failed before a step had a result begins once more.
        and stage.events(TASK).count("sent-back") in (1, 2)
    )


# An agent that may not write is kept from it by the sandbox, where there is one.
STRAY = "if (: > stray.txt) 2> /dev/null; then write stray.txt; fi; "
WORK = "write hello.txt; write notes.log"

# Two rounds: the review blocks until what it asked for is there.
WORKFLOW = """workflow:
  - {agent: claude, mode: plan, task: Plan it, output: plan.md}
  - {agent: codex, mode: auto, task: Build it, output: hello.txt}
  - {agent: claude, mode: review, task: Look at it, output: review.md}
"""
STEPS = {
    "claude": r"""
if ! grep -q 'JSON Schema' "$STAND_IN/claude.prompt"; then finish 'Write hello.txt.'; fi
verdict=blocks
if [ -e fixed.txt ]; then verdict=passes; fi
finish '{\"verdict\":\"'$verdict'\",\"summary\":\"Read.\",\"findings\":[]}'
""",
    "codex": """
write hello.txt
if grep -q 'must be put right' "$STAND_IN/codex.prompt"; then write fixed.txt; fi
""",
}
SCENARIOS = [
    Scenario("an agent ends well", CLAUDE, scripts={"claude": WORK}),
    Scenario(
        "an agent hands over to the next",
        RUN,
        scripts={"claude": "write part.txt; write notes.log; fail", "codex": "write hello.txt"},
        result=("hello.txt", "part.txt"),
    ),
    Scenario(
        "every agent fails",
        RUN,
        ends=(1,),
        committed=(0,),
        has_branch=False,
        scripts={name: f"write {name}.txt; fail" for name in ("claude", "codex")},
    ),
    Scenario(
        "an agent changes nothing", CLAUDE, recovery=CLAUDE, ends=(1,), committed=(0,), has_branch=False,
        scripts={"claude": "true"},
    ),
    Scenario(
        "a plan is a message",
        RUN,
        kind="design",
        scripts={name: STRAY + "finish Greet." for name in ("claude", "codex")},
        result=(f".paircoder/results/{TASK}.md",),
    ),
    Scenario(
        "another agent goes on with a result",
        ("handoff", TASK, "--to", "codex"),
        made_by=((CLAUDE, 0),),
        before={"claude": WORK},
        scripts={"codex": "write more.txt; write codex.log"},
        committed=(1, 2),
    ),
    Scenario(
        "another agent goes on with what is left",
        ("handoff", TASK, "--to", "codex"),
        made_by=((CLAUDE, 1), ),
        before={"claude": "write deep/part.txt; ln -s part.txt deep/link; fail", "codex": "fail"},
        scripts={"codex": "write hello.txt", "claude": "write hello.txt"},
    ),
    Scenario(
        "a result is discarded",
        ("discard", TASK),
        recovery=("discard", TASK),
        ends=(0, 64),
        made_by=((CLAUDE, 0),),
        before={"claude": WORK},
        has_branch=False,
        holds=lambda stage: stage.events(TASK).count("discarded") == 1,
    ),
    Scenario(
        "a result is reviewed",
        ("review", TASK),
        recovery=("review", TASK),
        made_by=((CLAUDE, 0),),
        before={"claude": WORK},
        holds=lambda stage: stage.events(TASK)[-1] == "reviewed",
    ),
    Scenario(
        "a result is replaced",
        (*CLAUDE, "--again"),
        made_by=((CLAUDE, 0),),
        before={"claude": WORK},
        scripts={"claude": "write hello.txt; write again.log"},
        committed=(1, 2),
    ),
    Scenario(
        "an agent ends well, and the task is retried",
        CLAUDE,
        recovery=("retry", TASK),
        committed=(1, 2),
        scripts={"claude": WORK},
    ),
    Scenario(
        "a worktree with copies and set-up, under limits",
        CLAUDE,
        config=CONFIG
        + "  worktrees:\n    setup: [{name: tools, run: mkdir tools.d}]\n"
        + "  budget: {daily: 50, monthly: 100, task: 20}\n",
        files={".worktreeinclude": ".env\n", ".gitignore": ".env\ntools.d/\n*.log\n"},
        untracked={".env": "A=1\n"},
        approvals=("checks", "setup"),
        scripts={"claude": WORK},
    ),
    Scenario(
        "a recipe",
        RUN,
        body=recipe("echo hello > hello.txt", "echo note > notes.log"),
        approvals=("checks", TASK),
    ),
    Scenario(
        "a plan is integrated, and one result made anew",
        ("integrate", "--plan", "sprint-6"),
        recovery=("integrate", "--plan", "sprint-6"),
        made_by=((CLAUDE, 0), (("orchestrate", "--task", "TASK-2"), 0)),
        before={"claude": WORK},
        body="Write a greeting.",
        approvals=("checks", "TASK-2"),
        files={
            ".paircoder/plans/six.plan.yaml": f"id: sprint-6\ntasks: [{TASK}, TASK-2]\n",
            ".paircoder/tasks/TASK-2.task.md": front_matter(
                "TASK-2", "Greet, too", recipe("echo two > hello.txt"), "feature", 75
            ),
        },
        holds=integrated,
    ),
    Scenario(
        "a plan is integrated, and a workflow makes its result anew",
        ("integrate", "--plan", "sprint-6"),
        recovery=("integrate", "--plan", "sprint-6"),
        made_by=((("orchestrate", "--task", "TASK-0"), 0), ((*RUN, "--workflow", "short"), 0)),
        before=STEPS,
        scripts=STEPS,
        approvals=("checks", "TASK-0"),
        files={
            ".paircoder/plans/six.plan.yaml": f"id: sprint-6\ntasks: [TASK-0, {TASK}]\n",
            ".paircoder/tasks/TASK-0.task.md": front_matter(
                "TASK-0", "Greet, too", recipe("echo two > hello.txt"), "feature", 75
            ),
            ".paircoder/workflows/short.yaml": "\n".join(WORKFLOW.splitlines()[:3]) + "\n",
        },
        # Two runs and the end of the pass, twice.
        committed=(6,),
        result=("plan.md", "hello.txt"),
        holds=made_anew,
    ),
    Scenario(
        "a workflow",
        (*RUN, "--workflow", "build"),
        recovery=(*RUN, "--workflow", "build"),
        files={".paircoder/workflows/build.yaml": WORKFLOW},
        scripts=STEPS,
        # Five runs, and the end of the pass.
        committed=(6,),
        result=("plan.md", "hello.txt", "fixed.txt", "review.md"),
        holds=lambda stage: stage.trailer(TASK, "Verdict") == "passes",
    ),
]
