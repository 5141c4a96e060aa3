"""All that is the user's: by name, byte for byte, read without git, which would obey what was planted."""

import hashlib
import os
import re
import stat
import subprocess

from place import TASK

# What the run of a task may write, and what every run adds to.
OWN_REFS = (
    f"refs/heads/paircoder/{TASK}", f"refs/paircoder/tasks/{TASK}", "refs/paircoder/budget", "refs/notes/paircoder",
)  # fmt: skip
OTHERS = ("refs/paircoder/tasks/", "refs/paircoder/plans/", "refs/paircoder/snapshots/")
# Git's own folders in a git directory; what matters of them is looked at by itself.
APART = ("objects", "refs", "logs", "packed-refs", "paircoder", "worktrees", "modules")


def belongings(place):
    """The user's things as text or digest, by name: a ref, or a path as the user would write it."""
    folder = place.repository / ".git"
    found = {}
    found |= files_in(place.repository, "", but=(".git",))
    found |= git_directory(folder, ".git")
    found[".git/index"] = index(place)
    found |= files_in(folder / "paircoder/runs", ".git/paircoder/runs/", only=place.earlier_runs)
    found |= files_in(place.root / "linked", "../linked/")
    for entry in subfolders(folder / "worktrees"):
        if not is_of_runs(entry, place):
            found[f".git/worktrees/{entry.name}"] = content(entry)
            found |= files_in(entry, f".git/worktrees/{entry.name}/")
    for module in subfolders(folder / "modules"):
        found |= git_directory(module, f".git/modules/{module.name}")
    remote = git_directory(place.root / "remote.git", "remote.git")
    found |= {f"origin: {name}": value for name, value in remote.items()}
    found |= files_in(place.home, "~/", only=(".gitconfig", ".config"))
    found |= files_in(place.home / ".local/state/bpsai-pair/approvals", "approvals/")
    return found


def index(place):
    """What the index says, without the dates that git refreshes by the way; its bytes where git cannot read it."""
    file = place.repository / ".git/index"
    ended = with_objects(place, ["git", "ls-files", "--stage", "-v"], {"GIT_INDEX_FILE": str(file)})
    return ended.stdout if file.is_file() and ended.returncode == 0 else content(file)


def is_of_runs(entry, place):
    """Whether git's entry of a worktree is that of a run's."""
    return entry.name in place.entries_of_runs or str(place.worktrees()) in content(entry / "gitdir")


def git_directory(folder, name):
    found = files_in(folder, f"{name}/", but=APART)
    found |= files_in(folder / "objects/info", f"{name}/objects/info/", only=("alternates", "http-alternates"))
    for ref, value in refs(folder).items():
        if not is_own(ref):
            found[ref] = value
            log = folder / "logs" / ref
            if log.is_file():
                found[f"{name}/logs/{ref}"] = content(log)
    if (folder / "logs/HEAD").is_file():
        found[f"{name}/logs/HEAD"] = content(folder / "logs/HEAD")
    return found


def is_own(ref):
    """Whether the run may write it: what is kept of this task, what holds objects while a run lives."""
    if ref.startswith(f"refs/paircoder/snapshots/{TASK}/"):
        return True
    return ref in OWN_REFS or ref.startswith("refs/paircoder/") and not ref.startswith(OTHERS)


def refs(folder):
    """What each ref says, packed or not."""
    found = {}
    packed = folder / "packed-refs"
    if packed.is_file():
        lines = packed.read_text(errors="replace").splitlines()
        found = {line[41:]: line[:40] for line in lines if re.match("[0-9a-f]{40} ", line)}
    for top, _, names in os.walk(folder / "refs"):
        for file in names:
            path = os.path.join(top, file)
            found[os.path.relpath(path, folder)] = content(path).partition(":")[2].strip()
    return found


def files_in(folder, prefix, but=(), only=()):
    """The mode and content of all below `folder`; `but` and `only` are names at its top."""
    found = {}
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        if name in but or only and name not in only:
            continue
        found[prefix + name] = content(path)
        if os.path.isdir(path) and not os.path.islink(path):
            found |= files_in(path, f"{prefix}{name}/")
    return found


def content(path):
    """Kind, mode and what is in it: short texts as they are."""
    try:
        info = os.lstat(path)
        kind = f"{stat.filemode(info.st_mode)}:"
        if stat.S_ISLNK(info.st_mode):
            return kind + os.readlink(path)
        if not stat.S_ISREG(info.st_mode):
            return kind
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return f"{error.strerror}:"
    short = len(data) < 100_000 and b"\0" not in data
    return kind + (data.decode(errors="replace") if short else hashlib.sha1(data).hexdigest())


def subfolders(folder):
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def objects(place):
    """The ids of all objects that the user's repository holds or borrows, reachable or not."""
    command = ["git", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]
    return set(with_objects(place, command).stdout.split())


def damaged(place):
    """The loose objects of the user's repository that are none."""
    files = [path for path in (place.repository / ".git/objects").glob("??/*") if len(path.name) == 38]
    return missing(place, {path.parent.name + path.name for path in files})


def missing(place, ids):
    """Those of `ids` that are gone or damaged."""
    command = ["git", "cat-file", "--batch-check=%(objectname) %(objecttype)"]
    lines = with_objects(place, command, stdin="\n".join(sorted(ids)) + "\n").stdout.splitlines()
    sound = {line.split()[0] for line in lines if line.endswith((" blob", " tree", " commit", " tag"))}
    return set(ids) - sound


def with_objects(place, command, more=(), stdin=""):
    """Runs git on the user's objects: it reads no configuration and no ref of the user's."""
    empty = place.root / "empty.git"
    if not empty.exists():
        subprocess.run(["git", "init", "-q", "--bare", empty], env=place.environment, check=True)
    environment = {**place.environment, "GIT_DIR": str(empty), **dict(more)}
    environment["GIT_OBJECT_DIRECTORY"] = str(place.repository / ".git/objects")
    how = {"capture_output": True, "text": True, "errors": "replace", "cwd": place.root}
    return subprocess.run(command, input=stdin, env=environment, **how)
