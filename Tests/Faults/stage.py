"""Where one run plays: a repository with tasks, and stand-ins for agents that do what a script says."""

import fcntl
import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "EndToEnd"))

from ground import OURS, Ground  # noqa: E402
from programs import after_grace, processes_mentioning  # noqa: E402

PREFIX = "pair-faults-"


class Stage(Ground):
    """Must be closed."""

    def __init__(self, pair):
        super().__init__(pair, PREFIX)
        self.stand_in = self.root / "stand-in"
        self.stand_in.mkdir()
        (self.stand_in / "journal").touch()
        self.let_write(self.stand_in)
        for name in ("claude", "codex"):
            (self.root / "bin" / name).symlink_to(HERE / "stand-in")
            self.script(name, "write hello.txt")

    def script(self, agent, lines):
        """What the stand-in for `agent` does from now on."""
        (self.stand_in / agent).write_text(lines + "\n")

    def copy(self):
        """The same stage at another path, before anything was approved there."""
        other = Stage(self.pair_program)
        for name in ("repository", "stand-in"):
            shutil.rmtree(other.root / name)
            shutil.copytree(self.root / name, other.root / name, symlinks=True)
        return other

    def make_repository(self):
        super().make_repository()
        for hook in (self.repository / ".git/hooks").iterdir():
            hook.unlink()
        self.write(".gitignore", "*.log\n")

    def belongings(self):
        """All that is the user's own, byte for byte: the checkout, and in the git directory what is not ours."""
        folder = self.repository / ".git"
        found = {}
        for path in files_below(self.repository):
            name = str(path.relative_to(self.repository))
            if not name.startswith(".git/"):
                found[name] = content(path)
        for name in ("index", "HEAD", "config", "info/exclude"):
            found[f".git/{name}"] = content(folder / name)
        for place in ("refs", "logs", "hooks"):
            for path in files_below(folder / place):
                name = str(path.relative_to(folder))
                if not name.removeprefix("logs/").startswith(tuple(prefix.strip() for prefix in OURS)):
                    found[f".git/{name}"] = content(path)
        packed = content(folder / "packed-refs") or b""
        ours = tuple(f" {prefix.strip()}".encode() for prefix in OURS)
        found["packed refs"] = [
            line for line in packed.splitlines() if not any(prefix in line for prefix in ours)
        ]
        return found

    def strays(self):
        """Of this stage alone: others play beside it."""
        return processes_mentioning(self.root)

    def processes_left(self):
        return after_grace(self.strays)

    # What runs left

    def journal(self):
        """What agents wrote, as blob ids with the line that each holds."""
        lines = (self.stand_in / "journal").read_text().splitlines()
        return {blob_id(line.encode() + b"\n"): line for line in lines}

    def reachable(self):
        """The ids of all objects that refs reach; an error when one of them is missing."""
        return {line[:40] for line in self.git("rev-list", "--objects", "--all").splitlines()}

    def standing(self):
        """The blob ids of the files in the worktrees of runs."""
        return {blob_id(path.read_bytes()) for path in files_below(self.worktrees()) if not path.is_symlink()}

    def worktrees(self):
        return self.root / "home/.local/state/bpsai-pair/worktrees"

    def worktrees_left(self):
        """The worktrees of runs that still stand, and git's entries of worktrees that do not. Free ones that
        the pool keeps are none, if nothing of an earlier run is left in them."""
        tops = [top for root in folders_in(self.worktrees()) for top in folders_in(root)]
        left = [top for top in tops if not self.is_free(top)]
        entries = folders_in(self.repository / ".git/worktrees")
        gone = [entry for entry in entries if not self.stands(entry)]
        return [str(path) for path in left + gone]

    def is_free(self, worktree):
        """Whether its note says so, and git agrees that it holds its base and nothing else."""
        note = worktree.with_name(worktree.name + ".note")
        if not note.exists() or "\nState: free\n" not in note.read_text():
            return False
        base = re.search(r"^Base: (\w+)$", note.read_text(), re.MULTILINE).group(1)
        head = self.git("-C", str(worktree), "rev-parse", "HEAD").strip()
        dirt = self.git("-C", str(worktree), "status", "--porcelain", "--ignored", "--untracked-files=all")
        return head == base and not dirt

    def stands(self, entry):
        """Whether the worktree of an entry of git's is there."""
        return Path((entry / "gitdir").read_text().strip()).exists()

    def locks_left(self):
        """Lock files of git's, leases that somebody holds, and halves of files."""
        folder = self.repository / ".git"
        # In its folder lies the index of a dead run, which nobody uses again.
        places = [path for path in files_below(folder) if folder / "paircoder/runs" not in path.parents]
        found = [path for path in places if path.suffix == ".lock" or ".new-" in path.name]
        leases = files_below(folder / "paircoder/leases")
        return [str(path) for path in found + [lease for lease in leases if is_held(lease)]]

    def events(self, task):
        return self.git("log", "--reverse", values_of("Event"), log_ref(task)).split()

    def events_in(self, folder, task):
        """The same of another git directory."""
        return self.git("--git-dir", folder, "log", "--reverse", values_of("Event"), log_ref(task)).split()

    def trailer(self, task, key):
        """The last value of a trailer in the log of `task`; empty without one."""
        values = self.git("log", values_of(key), log_ref(task)).split()
        return values[0] if values else ""

    def refs(self):
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ") for line in lines)


def log_ref(task):
    return f"refs/paircoder/tasks/{task}"


def values_of(key):
    return f"--format=%(trailers:key=PairCoder-{key},valueonly,separator=)"


def files_below(folder):
    """Every file and link below `folder`, sorted; none where there is no such folder."""
    found = []
    for top, folders, names in os.walk(folder):
        found += [Path(top) / name for name in names]
        found += [Path(top) / name for name in folders if os.path.islink(os.path.join(top, name))]
    return sorted(found)


def folders_in(folder):
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def content(path):
    """The bytes of a file, where a link leads, None without either."""
    if path.is_symlink():
        return os.readlink(path).encode()
    return path.read_bytes() if path.exists() else None


def blob_id(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def is_held(lease):
    with open(lease) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
