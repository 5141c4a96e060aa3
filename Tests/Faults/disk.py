"""A disk that is really full: a small file system, where this kernel lets us mount one."""

import os
import shutil
import subprocess

from invariants import expect_equal
from scenarios import CLAUDE, TASK, Scenario, prepare

# In a namespace of its own, so that nobody else sees it; unshare(1).
MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && cp -a "$3/." "$2" && shift 3 && exec "$@"'


def test_a_full_disk_loses_nothing(stage):
    prepare(Scenario("", CLAUDE), stage)
    if not can_mount(stage):
        return "not tried: no file system can be mounted here"
    git = stage.repository / ".git"
    aside = stage.root / "aside"
    tried = 0
    for spare in range(16, 176, 16):
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(git, aside)
        before = stage.belongings()
        size = sum(-(-path.stat().st_size // 4096) for path in git.rglob("*") if path.is_file()) * 4 + spare
        keep = 'status=0; "$@" || status=$?; cp -a "$KEEP_FROM/." "$KEEP_TO"; exit $status'
        command = [
            "unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", f"{size}k", git, aside,
            "sh", "-c", keep, "sh", stage.pair_program, *CLAUDE,
        ]  # fmt: skip
        after = stage.root / f"after-{spare}"
        after.mkdir()
        environment = {"KEEP_FROM": str(git), "KEEP_TO": str(after)}
        ended = stage.start(command, environment=environment.items()).finish(60)
        assert "Fatal error" not in ended.err, str(ended)
        assert ended.status != 0 or stage.events_in(after, TASK)[-1] == "committed", str(ended)
        tried += "error: " in ended.err
        shutil.rmtree(git)
        os.rename(after, git)
        expect_equal(stage.belongings(), before)
        ended = stage.pair(*CLAUDE)
        assert ended.status == 0, str(ended)
        reachable = stage.reachable()
        lost = [line for blob, line in stage.journal().items() if blob not in reachable]
        assert not lost, f"lost: {lost}"
        shutil.rmtree(git)
        shutil.copytree(aside, git)
        (stage.stand_in / "journal").write_text("")
    assert tried, "the disk was never full"
    return f"full in {tried} of 10 sizes"


def can_mount(stage):
    command = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", stage.root / "tmp"]
    return subprocess.run(command, capture_output=True).returncode == 0


CASES = {"a full disk loses nothing": test_a_full_disk_loses_nothing}
