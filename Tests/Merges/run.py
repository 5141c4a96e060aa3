#!/usr/bin/env python3
"""Compares what `bpsai-pair conflicts` says of random histories with `git merge-tree --write-tree`, pair by pair.

    run.py --pair PATH/TO/bpsai-pair [--histories N] [--seed N] [--jobs N]

Ends with what was compared; exits 1 when a conflict was missed or invented, or when a path differs.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

sys.dont_write_bytecode = True

from histories import History  # noqa: E402


def main():
    settings = arguments()
    total = collections.Counter()
    seeds = range(settings.seed, settings.seed + settings.histories)
    with ThreadPoolExecutor(settings.jobs) as pool:
        for seed, (counts, faults) in zip(seeds, pool.map(lambda seed: compare(settings.pair, seed), seeds)):
            total += counts
            for fault in faults:
                print(f"history {seed}: {fault}", flush=True)
    alone = total["pairs"] - total["merged"]
    print(
        f"{settings.histories} histories, {total['pairs']} pairs: {total['conflicts']} conflicts, "
        f"{total['impossible']} that git does not merge, {alone} ({100 * alone // max(1, total['pairs'])} %) told by paths alone; "
        f"{total['missed']} missed, {total['invented']} invented, {total['elsewhere']} with other paths"
    )
    wrong = total["missed"] + total["invented"] + total["elsewhere"] + total["left"]
    sys.exit(1 if wrong or not total["conflicts"] or not alone else 0)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pair", required=True, type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def compare(pair, seed):
    """What was compared for one history, and what is wrong, in words."""
    counts, faults = collections.Counter(), []
    with tempfile.TemporaryDirectory(prefix="pair-merges-") as folder:
        make(History(seed), folder)
        before = objects(folder)
        ours = forecast(pair, folder)
        if objects(folder) != before:
            counts["left"] += 1
            faults.append("the forecast left something in the repository")
        counts["pairs"], counts["merged"] = ours["pairs"], ours["merged"]
        said = {frozenset((conflict["one"]["name"], conflict["other"]["name"])): conflict for conflict in ours["conflicts"]}
        live = [name for name in branches(folder) if not contains(folder, "main", name)]
        assert len(live) == len(ours["results"]), (live, ours["results"])
        pairs = list(combinations(["main", *live], 2))
        assert len(pairs) == ours["pairs"], (pairs, ours["pairs"])
        for one, other in pairs:
            theirs, conflict = verdict(folder, one, other), said.get(frozenset((one, other)))
            own = conflict and ("impossible" if "obstacle" in conflict else sorted(conflict["paths"]))
            counts["conflicts"] += isinstance(theirs, list)
            counts["impossible"] += theirs == "impossible"
            if own == theirs:
                continue
            what = "missed" if own is None else "invented" if theirs is None else "elsewhere"
            counts[what] += 1
            faults.append(f"{one} and {other}: {what}: git says {theirs}, we say {own}")
    return counts, faults


def make(history, folder):
    git(folder, "init", "--quiet", "--initial-branch=main")
    for setting in history.settings:
        git(folder, "config", *setting.split("=", 1))
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force", "--done"], cwd=folder, input=history.script(), check=True,
        env=environment(folder), stdout=subprocess.DEVNULL,
    )
    if history.attributes:
        (Path(folder) / ".gitattributes").write_text(history.attributes)


def forecast(pair, folder):
    ended = subprocess.run([pair, "conflicts", "--json"], cwd=folder, env=environment(folder), capture_output=True)
    assert ended.returncode in (0, 1), ended.stderr.decode()
    record = json.loads(ended.stdout)
    assert ended.returncode == bool(record["conflicts"]), ended
    return record


def verdict(folder, one, other):
    """None for a clean merge, `impossible` where git fails at it, or the paths in conflict."""
    command = ["git", "merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", one, other]
    ended = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True)
    if ended.returncode == 0:
        return None
    # An assertion of its own fails at some pairs, where files of two kinds meet (git 2.39).
    if b"unrelated histories" in ended.stderr or b"Assertion" in ended.stderr:
        return "impossible"
    assert ended.returncode == 1, ended.stderr.decode()
    # The tree's id comes first.
    return sorted(ended.stdout.decode().split("\0")[1:-1])


def branches(folder):
    return git(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads/paircoder").split()


def contains(folder, commit, other):
    command = ["git", "merge-base", "--is-ancestor", other, commit]
    return subprocess.run(command, cwd=folder, env=environment(folder)).returncode == 0


def objects(folder):
    return sorted(str(path) for path in (Path(folder) / ".git/objects").rglob("*"))


def git(folder, *arguments):
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment(folder), check=True, capture_output=True, text=True
    ).stdout


def environment(folder):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}


if __name__ == "__main__":
    main()
