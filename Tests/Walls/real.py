"""Deeds of the real claude and codex, told what to do by the stub model."""

from dataclasses import replace

import by_git
import by_path
import processes

NAMES = (
    "pops a stash that is not its own", "resets to an older commit and commits there", "moves main",
    "leaves a conflicted merge", "configures a filter", "configures hooks", "writes hooks",
    "by path: moves a branch", "edits the checkout", "leaves a sleeper elsewhere without environment",
)  # fmt: skip
KNOWN = {deed.name: deed for deed in [*by_git.DEEDS, *by_path.DEEDS, *processes.DEEDS]}
DEEDS = [
    replace(KNOWN[name], name=f"the real {agent} {name}", agent=agent, limit=60)
    for agent in ("claude", "codex")
    for name in NAMES
]
