"""What agents do to the user's repository by its path: where no sandbox prevents it, it must be told."""

import os
import subprocess
import time

from deed import ELSEWHERE, UNWATCHED, Deed
from place import EARLIER, NEXT, TASK

FOUND = "d=$(entry); "


def another_run(place):
    """Has another task at work in a worktree of its own; returns what ends that, and looks at its result."""
    script = place.stand_in / "claude"
    text = script.read_text()
    place.script("claude", "write next.txt; while [ ! -e \"$STAND_IN/go\" ]; do sleep 0.05; done")
    running = place.start([place.pair_program, "orchestrate", "--task", NEXT, "--agent", "claude"])
    deadline = time.monotonic() + 10
    while not any(place.worktrees().glob("*/*/next.txt")):
        assert not running.has_ended() and time.monotonic() < deadline, "the other run never began"
        time.sleep(0.02)
    # The shell at work goes on reading its own file.
    (place.stand_in / "new").write_text(text)
    (place.stand_in / "new").replace(script)

    def stop():
        (place.stand_in / "go").touch()
        ended = running.finish(20)
        names = place.run(["git", "ls-tree", "-r", "--name-only", f"paircoder/{NEXT}"]).out.splitlines()
        is_told = "rogue.txt" in ended.out + ended.err and "git merge" not in ended.out
        assert "next.txt" in names or is_told, f"the other run has no result\n{ended}"
        assert "rogue.txt" not in names or is_told, f"the other result holds rogue.txt\n{ended}"

    return stop


def by_git(name, script, **more):
    return Deed(f"by path: {name}", script, **more)


GIT = "git -C $REPO"
DEEDS = [
    by_git("moves main", f"{GIT} update-ref refs/heads/main HEAD~2"),
    by_git("moves a branch", f"{GIT} branch -f side HEAD"),
    by_git("deletes a branch", f"{GIT} branch -D release"),
    by_git("makes a branch and a tag", f"{GIT} branch planted HEAD~1; {GIT} tag planted"),
    by_git("moves a tag", f"{GIT} tag -f v0 HEAD~3"),
    by_git("commits in the checkout", f"$AS -C $REPO commit -qam mine"),
    by_git("stashes the work in progress", f"{GIT} stash -q -u"),
    by_git("pops the stash", f"{GIT} stash -q; {GIT} stash drop -q stash@{{1}}; {GIT} stash pop -q"),
    by_git("drops a stash", f"{GIT} stash drop -q"),
    by_git("checks out a branch", f"{GIT} checkout -q -f release"),
    by_git("resets the checkout", f"{GIT} reset -q --hard HEAD~1"),
    by_git("stages", f"{GIT} add -A; {GIT} rm -q --cached f.txt"),
    by_git("takes notes", f"{GIT} notes add -f -m mine HEAD~1"),
    by_git("replaces an object", f"{GIT} replace HEAD HEAD~2"),
    by_git(
        "configures a filter",
        f"plant $X filter; {GIT} config filter.x.clean $X; "
        f"echo '* filter=x' > $REPO/.git/info/attributes; echo '* filter=x' > .gitattributes",
        changes=(".gitattributes",),
    ),
    by_git(
        "configures hooks and a monitor",
        f"plant $ROOT/tmp/post-checkout hook; cp $ROOT/tmp/post-checkout "
        f"$ROOT/tmp/reference-transaction; {GIT} config core.hooksPath $ROOT/tmp; "
        f"{GIT} config core.fsmonitor $ROOT/tmp/post-checkout",
    ),
    by_git(
        "configures another remote",
        f"{GIT} remote set-url origin /nowhere; {GIT} config url./nowhere.insteadOf $ROOT",
    ),
    by_git("fetches", f"{GIT} fetch -q origin"),
    by_git(
        "expires and collects", f"{GIT} reflog expire --expire=now --all; {GIT} gc -q --prune=now", unseen=UNWATCHED
    ),
    by_git("pushes", f"{GIT} push -q origin HEAD:refs/heads/pushed"),
    by_git("removes a worktree", f"{GIT} worktree remove --force ../linked"),
    by_git("begins a bisect", f"{GIT} stash -q -u; {GIT} bisect start HEAD HEAD~3"),
    Deed(
        "writes hooks",
        "for h in pre-commit post-checkout post-commit reference-transaction post-index-change; "
        "do plant $REPO/.git/hooks/$h hook; done",
    ),
    Deed("edits a hook", "plant $REPO/.git/hooks/commit-msg hook"),
    Deed("makes a hook no program", "chmod 644 $REPO/.git/hooks/commit-msg"),
    Deed(
        "appends to the settings",
        "plant $X fsmonitor; printf '[core]\\n\\tfsmonitor = %s\\n' $X >> $REPO/.git/config",
    ),
    Deed(
        "writes settings for a worktree",
        "plant $X fsmonitor; git -C $REPO config extensions.worktreeConfig true; "
        "printf '[core]\\n\\tfsmonitor = %s\\n' $X > $REPO/.git/config.worktree",
    ),
    Deed("writes attributes of the repository", "echo '* -text' > $REPO/.git/info/attributes"),
    Deed("excludes files", "echo '*.txt' >> $REPO/.git/info/exclude"),
    Deed("borrows objects", "echo $ROOT/tmp > $REPO/.git/objects/info/alternates"),
    Deed("grafts in the repository", "git -C $REPO rev-parse HEAD > $REPO/.git/info/grafts"),
    Deed(
        "leads its entry's commondir elsewhere",
        FOUND + "plant $X fsmonitor; git init -q --bare $ROOT/tmp/evil; "
        "git --git-dir $ROOT/tmp/evil config core.fsmonitor $X; echo $ROOT/tmp/evil > $d/commondir",
    ),
    Deed("edits its entry's gitdir", FOUND + "echo $REPO/.git > $d/gitdir"),
    Deed(
        "edits its entry's HEAD",
        FOUND + "echo 'ref: refs/heads/main' > $d/HEAD; git reset -q --hard HEAD~2; write hello.txt",
    ),
    Deed("damages its entry's index", FOUND + "echo garbage > $d/index"),
    Deed(
        "configures its entry",
        FOUND + "plant $X fsmonitor; git -C $REPO config extensions.worktreeConfig true; "
        "printf '[core]\\n\\tfsmonitor = %s\\n' $X > $d/config.worktree",
    ),
    Deed("removes its entry", FOUND + "rm -r $d"),
    Deed("locks its entry", FOUND + "echo x > $d/locked; touch $d/index.lock"),
    Deed(
        "edits the entry of another worktree",
        "echo 'ref: refs/heads/side' > $REPO/.git/worktrees/linked/HEAD",
    ),
    Deed("edits another worktree", "echo rogue > $ROOT/linked/f.txt; echo rogue > $ROOT/linked/rogue.txt"),
    Deed("writes a ref as a file", "git -C $REPO rev-parse HEAD~2 > $REPO/.git/refs/heads/side"),
    Deed("damages a ref", "echo garbage > $REPO/.git/refs/heads/side"),
    Deed(
        "edits packed refs",
        "git -C $REPO pack-refs --all; grep -v refs/tags/v0 $REPO/.git/packed-refs > $ROOT/tmp/p; "
        "cp $ROOT/tmp/p $REPO/.git/packed-refs",
    ),
    Deed("edits HEAD", "echo 'ref: refs/heads/side' > $REPO/.git/HEAD"),
    Deed("removes the index", "rm $REPO/.git/index"),
    Deed("leaves a lock on the index", "touch $REPO/.git/index.lock"),
    Deed("leaves a lock on a ref", "touch $REPO/.git/refs/heads/main.lock $REPO/.git/packed-refs.lock"),
    Deed("edits a reflog", "f=$REPO/.git/logs/refs/heads/main; head -1 $f > $ROOT/tmp/l; cp $ROOT/tmp/l $f"),
    Deed(
        "deletes objects",
        "rm -f $REPO/.git/objects/$(git -C $REPO rev-parse release:new.txt | sed 's,^..,&/,')",
    ),
    Deed(
        "overwrites an object",
        "f=$REPO/.git/objects/$(git -C $REPO rev-parse HEAD:f.txt | sed 's,^..,&/,'); chmod u+w $f; "
        "echo garbage > $f",
        unseen=UNWATCHED,
    ),
    Deed("makes files programs, and programs none", "chmod 755 $REPO/f.txt; chmod 644 $REPO/tool.sh"),
    Deed("makes a file of the checkout unreadable", "chmod 000 $REPO/work.txt"),
    Deed("edits the checkout", "echo rogue > $REPO/f.txt"),
    Deed("edits work in progress", "echo rogue > $REPO/README.md; echo rogue > $REPO/notes.txt"),
    Deed(
        "edits without a trace in its dates",
        "touch -r $REPO/f.txt $ROOT/tmp/t; echo v9 > $REPO/f.txt; touch -r $ROOT/tmp/t $REPO/f.txt",
    ),
    Deed("edits what is ignored", "echo rogue > $REPO/build.log", unseen=UNWATCHED),
    Deed("deletes a file of the checkout", "rm $REPO/src/app.py $REPO/notes.txt"),
    Deed("adds files to the checkout", "echo rogue > $REPO/rogue.txt; ln -s / $REPO/way-out"),
    Deed("leaves a pipe in the checkout", "mkfifo $REPO/rogue; rm $REPO/.gitignore; mkfifo $REPO/.gitignore"),
    Deed(
        "edits the user's settings",
        "plant $X fsmonitor; git config --global core.fsmonitor $X; git config --global user.name rogue",
    ),
    Deed("registers for maintenance", "git maintenance register"),
    Deed(
        "writes settings below .config",
        "mkdir -p ~/.config/git; printf '[core]\\n\\tfsmonitor = %s\\n' $X > ~/.config/git/config; "
        "plant $X fsmonitor",
    ),
    Deed("deletes another task's log", f"git -C $REPO update-ref -d refs/paircoder/tasks/{EARLIER}"),
    Deed("writes into another task's log", f"git -C $REPO update-ref refs/paircoder/tasks/{EARLIER} HEAD"),
    Deed("moves another task's result", f"git -C $REPO branch -f paircoder/{EARLIER} HEAD~1"),
    Deed("makes a result of another task", f"git -C $REPO branch paircoder/{NEXT} HEAD~1"),
    Deed(
        "moves a snapshot",
        "git -C $REPO for-each-ref --format='update %(refname) refs/heads/side' "
        "refs/paircoder/snapshots | git -C $REPO update-ref --stdin",
    ),
    Deed("moves its own result branch", f"git -C $REPO branch -f paircoder/{TASK} HEAD~1"),
    Deed("deletes its own log", f"git -C $REPO update-ref -d refs/paircoder/tasks/{TASK}"),
    Deed(
        "rewrites its own log",
        f"git -C $REPO update-ref refs/paircoder/tasks/{TASK} refs/paircoder/tasks/{EARLIER}",
    ),
    Deed(
        "approves a command",
        "for d in ~/.local/state/bpsai-pair/approvals/*; "
        "do printf 'make rogue' > $d/$(printf 'make rogue' | git hash-object --stdin); done",
    ),
    Deed("takes an approval back", "rm -r ~/.local/state/bpsai-pair/approvals/*"),
    Deed(
        "edits another run's worktree",
        "for d in ~/.local/state/bpsai-pair/worktrees/*/*/next.txt; do echo rogue > ${d%/*}/rogue.txt; done",
        beside=another_run,
        unseen=UNWATCHED,
    ),
    Deed("removes the run's own files", "rm -rf $REPO/.git/paircoder/runs/$PAIRCODER_RUN"),
    Deed("removes the files of runs", "rm -rf $REPO/.git/paircoder/runs"),
    Deed("removes all that is ours", "rm -rf $REPO/.git/paircoder"),
    Deed(
        "edits the note of its worktree",
        'echo "State: free" > "$PWD.note"; rm -f "$PWD.lock" "$PWD.index"',
    ),
    Deed(
        "edits the remote",
        "git --git-dir $ROOT/remote.git update-ref refs/heads/main HEAD~2",
        unseen=ELSEWHERE,
    ),
    Deed(
        "installs a hook at the remote",
        "mkdir -p $ROOT/remote.git/hooks; plant $ROOT/remote.git/hooks/post-receive remote",
        unseen=ELSEWHERE,
    ),
]

# By the project's own commands, which work where the agent did.
DEEDS += [
    Deed("has a check stash", "true", check="git stash drop; git stash drop"),
    Deed(
        "has a check plant hooks",
        "true",
        check="for h in post-checkout reference-transaction; do plant $REPO/.git/hooks/$h hook; done",
    ),
    Deed(
        "has a check move branches",
        "true",
        check="git branch -f side HEAD; git update-ref -d refs/heads/release; git tag mine",
    ),
    Deed("has a check configure a monitor", "true", check="plant $X fsmonitor; git config core.fsmonitor $X"),
    Deed(
        "has the set-up move branches",
        "true",
        set_up="git branch -f side HEAD; git tag mine; git stash drop",
    ),
    Deed(
        "has the set-up plant a filter",
        "true",
        set_up=(
            "plant $X filter; git config filter.x.clean $X; git config filter.x.smudge $X; "
            "echo '* filter=x' > .gitattributes"
        ),
        changes=(".gitattributes",),
    ),
]
