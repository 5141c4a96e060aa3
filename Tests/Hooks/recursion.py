"""What agents do inside runs starts nothing: commits, pushes, rebases, with the markers and without them."""

from detaching import RUN
from matrix import begun
from place import CONFIG
from scenes import Scenes

CASES = Scenes()
TIMES = 100
# What an agent does as many times, with a file, a task of its own, and one of the project's.
LOOP = """
g='git -c user.name=a -c user.email=a@example.invalid'
number=0
while [ $number -lt TIMES ]; do
  number=$((number + 1))
  echo $number > number.txt
  mkdir -p .paircoder/tasks
  printf -- '---\\nid: T-%s\\ntitle: More\\nstatus: ready\\n---\\n' "$number" > .paircoder/tasks/more.task.md
  STEPS
done >&2
"""
COMMIT = "$g add --all; $g commit --quiet --message $number"
PUSH = f"{COMMIT}; $g push --quiet --force origin HEAD:refs/heads/agents-$((number % 3))"
REBASE = f"{COMMIT}; $g commit --quiet --amend --message again; $g rebase --quiet --force-rebase HEAD~1"
UNMARKED = "unset PAIRCODER_RUN PAIRCODER_TASK\n"


def shared(place, config=CONFIG):
    begun(place)
    place.write(".paircoder/config.yaml", config)
    place.task("T-0", "An agent's.")
    place.quietly()
    bare = place.root / "server.git"
    place.step("init", "--quiet", "--bare", str(bare))
    place.step("remote", "add", "origin", str(bare))
    place.step("push", "--quiet", "origin", "main")
    place.hooks("install", at=bare)
    place.hooks("install")


def steps(words, lines, config=CONFIG):
    """Adds a case: an agent does these lines over and over."""

    def act(place):
        shared(place, config)
        place.script(lines)
        known = place.ask("for-each-ref", "refs/heads")
        ended = place.pair("orchestrate", "--task", "T-0")
        kinds = [kind for _, kind, _ in place.events()]
        assert ended.status in (0, 1), str(ended)
        assert place.calls() >= 1, str(ended)
        assert "queued" not in kinds and "routed" not in kinds, f"{place.events()}\n{ended}"
        assert {task for task, _, _ in place.events()} == {"T-0"}, place.events()
        assert place.kinds("T-0").count("claimed") == 1, place.events()
        theirs = place.events(at=place.root / "server.git")
        assert theirs == [], f"on the server: {len(theirs)} events, {theirs[0]}"
        head = place.ask("log", "-1", "--format=%s", "main").decode()
        assert head == "work\n" and known in place.ask("for-each-ref", "refs/heads")
        assert place.ask("status", "--porcelain") == b""
        return f"{place.calls()} agents"

    CASES.at_place(f"{TIMES} {words} inside a run", begin=lambda place: None)(act)


def loop(steps):
    return LOOP.replace("TIMES", str(TIMES)).replace("STEPS", steps)


steps("commits", loop(COMMIT))
steps("commits and pushes", loop(PUSH))
steps("commits and rebases", loop(REBASE))
steps("commits and rebases, where commits start runs", loop(REBASE), RUN)
steps("commits without the markers of a run", UNMARKED + loop(COMMIT), RUN)
