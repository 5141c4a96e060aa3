"""All that is the user's own in a place: files, refs, configuration, and what the indexes hold."""

import os
from pathlib import Path

# What cases and git make for themselves below the root.
ASIDE = {"home", "tmp", "bin", "stand-in"}
# Ours, or else different from one run to the next: times in an index, names of packs.
UNLIKE = {"objects", "paircoder", "before-bpsai-pair", "hooks"}
UNLIKE_FILES = {"index", "config"}
QUESTIONS = (
    ("status", "--porcelain=v2", "--branch"),
    ("ls-files", "--stage", "-t"),
    ("diff",),
    ("diff", "--cached"),
)


def belongings(place):
    """By name; the same for the same steps at another place."""
    found = {}
    for top, folders, names in os.walk(place.root):
        inside = Path(top).relative_to(place.root)
        if inside == Path():
            folders[:] = [name for name in folders if name not in ASIDE]
            names = []
        if ".git" in folders + names:
            found |= answers(place, Path(top), inside)
        if is_git_folder(top):
            folders[:] = [name for name in folders if name not in UNLIKE]
            names = [name for name in names if name not in UNLIKE_FILES]
            if os.path.basename(top) == "refs":
                folders[:] = [name for name in folders if name != "paircoder"]
        found |= {str(inside / name): content(place, Path(top) / name) for name in names}
    return found


def is_git_folder(path):
    """Whether this is a git directory, or lies in one."""
    path = Path(path)
    return any((folder / "HEAD").is_file() or folder.name == ".git" for folder in (path, *path.parents))


def answers(place, top, inside):
    """What git says of the checkout at `top`."""
    said = {question: place.ask(*question, at=top, status=None) for question in QUESTIONS}
    settings = place.ask("config", "--local", "--list", "-z", at=top).split(b"\0")
    said["config",] = b"\n".join(line for line in settings if not line.startswith(b"hook.bpsai-pair-"))
    return {f"git {' '.join(question)} in {inside}": neutral(place, text) for question, text in said.items()}


def content(place, path):
    if path.is_symlink():
        return os.readlink(path)
    data = neutral(place, path.read_bytes())
    if path.name == "packed-refs":
        data = b"".join(line for line in data.splitlines(True) if b" refs/paircoder/" not in line)
    return data


def neutral(place, data):
    """Without the name of the place's root."""
    return data.replace(os.fsencode(place.root.name), b"ROOT")
