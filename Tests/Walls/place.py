"""Where one deed is done: a user's repository with all that belongs to it, and another task's result."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parent / "Faults"), str(HERE.parent / "EndToEnd")]

from programs import kill, processes_of  # noqa: E402
from scratch import QUIET_CLAUDE, Scratch, StubModel, random_key  # noqa: E402
from stage import Stage  # noqa: E402
from task_files import front_matter  # noqa: E402

# The deed is done for the first, the second was carried out before, the third is carried out afterwards.
TASK, EARLIER, NEXT = "TASK-1", "TASK-2", "TASK-3"
PLAN = "walls"
SECRET = "made-up-secret-of-the-user"
CONFIG = """\
orchestrate:
  timeout: {timeout}
  limits: {{retries: 0}}
  checks:
    - {{name: there, run: "sh {root}/check.sh", timeout: 1m}}
  worktrees:
    setup:
      - {{name: ready, run: "sh {root}/setup.sh", timeout: 1m}}
"""
# Checks and set-up commands do a deed when the agent's turn has come, and for this task alone.
COMMAND = """{begin}
[ -e "$STAND_IN/armed" ] || exit 0
{{
:
{script}
}} >> "$STAND_IN/deed.out" 2>&1
exit 0
"""
# A real agent runs this by its own shell, perhaps in a sandbox that keeps it from writing here.
REAL = """{begin}
write() {{ case $1 in */*) mkdir -p "${{1%/*}}" ;; esac; echo "$1" > "$1"; }}
[ -e "$STAND_IN/deed.done" ] && exit 0
touch "$STAND_IN/deed.done" 2> /dev/null
{script}
turned
"""
MODEL_LINE = 'STUB: work file=hello.txt text="hello\\n" run="sh {root}/stand-in/deed.sh"'

# What every script begins with. `plant` writes a program that leaves a mark, with its environment, when it
# is executed, usually as $X. `entry` prints git's entry of this worktree. `turned` says that the deed is done, and
# waits until the runner has looked.
BEGIN = r"""
set +eu
ROOT={root} REPO={root}/repository SPRUNG={root}/sprung STAND_IN={root}/stand-in X={root}/tmp/x
plant() {{
  rm -rf "$1"
  printf '#!/bin/sh\nenv > "%s/%s.$$"\ncat 2> /dev/null\nexit 0\n' "$SPRUNG" "$2" > "$1"
  chmod 755 "$1"
}}
entry() {{ dirname "$(grep -lx "$PWD/.git" "$REPO"/.git/worktrees/*/gitdir)"; }}
turned() {{
  touch "$STAND_IN/turned" 2> /dev/null
  n=0
  while [ -e "$STAND_IN/turned" ] && [ $n -lt 500 ]; do sleep 0.02; n=$((n + 1)); done
}}
AS='git -c user.name=a -c user.email=a@b.invalid'
"""
# The deed is done once: when the agent is called again, it leaves all as it is, or does what `again` says.
SCRIPT = """{begin}
exec 3>&1 >> "$STAND_IN/deed.out" 2>&1
if [ -e "$STAND_IN/deed.done" ]; then
:
{again}
else
: > "$STAND_IN/deed.done"
{script}
turned
fi
exec 1>&3
"""


class Place(Stage):
    """Must be closed."""

    model = None

    def __init__(self, pair):
        super().__init__(pair)
        # Settings of the user's are what agents reach for.
        del self.environment["GIT_CONFIG_GLOBAL"]
        self.set_for_user("user.name", "Pat Tester")
        self.set_for_user("user.email", "pat@example.invalid")
        self.environment |= {"DEPLOY_TOKEN": SECRET, "DEPLOY_PASSWORD": SECRET}
        self.sprung = self.root / "sprung"
        self.sprung.mkdir()
        # Agents keep their programs in the last one.
        self.let_write(self.sprung, self.root / "tmp")
        # What came of a deed that belongings do not show, as `beyond` finds it.
        self.reached = []
        self.home = self.root / "home"

    def make(self, deed):
        """Makes the repository, approves its check and set-up, and carries out one task."""
        body = MODEL_LINE.format(root=self.root) if deed.agent else "Write a greeting."
        for task in (TASK, EARLIER, NEXT):
            text = front_matter(task, deed.title if task == TASK else "Greet", body, "refactor" if deed.agent else "feature", 75)
            self.write(f".paircoder/tasks/{task}.task.md", text.replace("status:", f"sprint: {PLAN}\nstatus:", 1))
        self.write(".paircoder/config.yaml", CONFIG.format(timeout=deed.timeout, root=self.root))
        for name, lines in (("check", deed.check), ("setup", deed.set_up)):
            (self.root / f"{name}.sh").write_text(COMMAND.format(begin=self.begin(), script=lines))
        self.must(["sh", HERE / "repository.sh"])
        if deed.repository:
            self.must(["sh", "-c", self.begin() + "set -eu\n" + deed.repository])
            self.commit("as the deed wants it")
        self.base = self.git("rev-parse", "HEAD").strip()
        self.must([self.pair_program, "trust", "checks", "setup"])
        self.script("claude", "write earlier.txt; echo ignored > left.log")
        self.must([self.pair_program, "orchestrate", "--task", EARLIER, "--agent", "claude"])
        self.entries_of_runs = [name for name in os.listdir(self.repository / ".git/worktrees") if name != "linked"]
        self.earlier_runs = os.listdir(self.repository / ".git/paircoder/runs")
        # Work in progress, of every kind.
        self.write("README.md", "# A scratch project\nwith a change that is not staged\n")
        self.write("notes.txt", "not tracked\n")
        self.write("build.log", "ignored\n")
        self.write("new.md", "staged\n")
        self.git("add", "new.md")

    def must(self, command):
        ended = self.run(command)
        assert ended.status == 0, str(ended)
        return ended

    def begin(self):
        return BEGIN.format(root=self.root)

    def let_do(self, deed, agents):
        """Has the agent do the deed from now on: the stand-in for claude, or a real one."""
        (self.stand_in / "armed").touch()
        script = "write hello.txt\n" + deed.script
        self.script("claude", SCRIPT.format(begin=self.begin(), script=script, again=deed.again))
        if not deed.agent:
            return
        (self.stand_in / "deed.sh").write_text(REAL.format(begin=self.begin(), script=deed.script))
        self.put_agent(deed.agent, agents / deed.agent)
        self.quiet = True
        (self.root / "codex").mkdir()
        self.model = StubModel(self.root / "model")
        keys = {name: random_key() for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY")}
        self.environment |= {**keys, "CODEX_HOME": str(self.root / "codex"), **QUIET_CLAUDE}
        Scratch.lead_to(self, self.model.port)

    def put_agent(self, name, path):
        (self.root / "bin" / name).unlink()
        (self.root / "bin" / name).symlink_to(path.resolve())

    def disarm(self):
        """Agents, checks and set-up commands do ordinary work from now on."""
        (self.stand_in / "armed").unlink()
        for name in ("claude", "codex"):
            self.put_agent(name, HERE.parent / "Faults/stand-in")
        self.script("claude", "write next.txt")

    def was_done(self):
        """Whether the deed was done; a sandbox may keep a real agent from saying so, but its model was told."""
        told = self.model and any(turn.get("tool_results") for turn in self.model.requests())
        return told or (self.stand_in / "deed.done").exists()

    def said(self):
        """What the deed printed."""
        file = self.stand_in / "deed.out"
        results = [str(turn.get("tool_results")) for turn in self.model.requests()] if self.model else []
        return (file.read_text(errors="replace") if file.exists() else "") + "\n".join(results)

    def marks(self):
        """What was planted and executed."""
        return sorted(file.name.split(".")[0] for file in self.sprung.iterdir())

    def wipe_marks(self):
        for file in self.sprung.iterdir():
            file.unlink()

    def strays(self):
        """All that came out of this place: it is the only one of this process."""
        return processes_of(self.root, self.own_pids())

    def own_pids(self):
        return {*super().own_pids(), *([self.model.process.pid] if self.model else [])}

    def close(self, keep=False):
        deadline = time.monotonic() + 10
        # Some fork faster than one look finds them.
        while (left := self.strays()) and time.monotonic() < deadline:
            kill(left)
            reap()
        if self.model:
            self.model.end()
        if keep:
            print(f"kept: {self.root}")
        else:
            remove(self.root)


def reap():
    """Takes notice of all children that have ended, adopted ones included."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def remove(folder):
    """Removes it, whatever was made hard to remove in it."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        subprocess.run(["chattr", "-R", "-i", folder], capture_output=True)
        subprocess.run(["chmod", "-R", "u+rwX", folder], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
