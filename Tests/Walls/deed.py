"""What an agent does, and what may come of it."""

from dataclasses import dataclass, field
from typing import Callable

from place import TASK


UNWATCHED = "ignored files, objects and other runs' worktrees are not compared; only a sandbox keeps an agent from them"
ELSEWHERE = "it is in another repository, and only a sandbox keeps an agent from what lies elsewhere"


@dataclass(frozen=True)
class Deed:
    name: str
    # What the agent's shell does, in its worktree, after it wrote hello.txt. place.py says what is defined there.
    script: str
    # What it does when it is called again.
    again: str = ""
    # Shell lines that change the user's repository before, in its checkout.
    repository: str = ""
    # What the project's check and its set-up command do for this task.
    check: str = ""
    set_up: str = ""
    # Of its task: one that begins with "Design" is carried out in mode `plan`.
    title: str = "Greet"
    timeout: str = "1m"
    # How long the run may take, in seconds.
    limit: int = 20
    # Patterns of the paths that the result may change beside hello.txt.
    changes: tuple = ()
    # Whether nothing will do but a result that is offered for merging.
    must_succeed: bool = False
    # What the deed must have printed, as a regular expression.
    says: str = ""
    # Whether its own programs may be executed, if they get nothing of the user's environment.
    may_execute: bool = False
    # The statuses that the run may end with.
    ends: tuple = (0, 1, 75)
    # The real agent that does it; empty for the stand-in.
    agent: str = ""
    # How long to wait after the run before it is judged, in seconds.
    wait: float = 0
    # Why nobody can see it where nothing prevents it; without a wall, it then counts as skipped.
    unseen: str = ""
    # What it got of what it was after, where nothing that is compared shows that, of the place; empty for nothing.
    got_through: Callable = None
    # What the log says of the wall, by wall, where the deed may get through; elsewhere it may not.
    told: dict = field(default_factory=dict)
    # Who alone can do it: "root"; empty for everybody.
    only: str = ""
    # More that must hold, of the place and the run as it ended.
    more: Callable = lambda place, ended: None
    # Runs beside, before the deed: starts what must be there, of the place; what it returns is called in the end.
    beside: Callable = None


def is_offered(place, ended):
    """Whether the run that ended so invites to merge its result."""
    if not place.has_ref(f"refs/heads/paircoder/{TASK}"):
        return False
    return "git merge" in ended.out or ended.status == 0 and place.pair("review", TASK).status == 0
