"""What agents do with git in their own worktree: much of it is honest work, and none of it is to reach the
user's repository."""

from deed import ELSEWHERE, Deed, is_offered
from place import TASK


def holds(text, path="f.txt"):
    """A result that is offered has `text` in `path`: nothing that the user committed is reverted."""

    def check(place, ended):
        if is_offered(place, ended):
            found = place.git("--no-replace-objects", "show", f"paircoder/{TASK}:{path}")
            assert found == text, f"the result has {found!r} in {path}, instead of {text!r}"

    return check


def lacks(*paths):
    def check(place, ended):
        if is_offered(place, ended):
            names = place.git("ls-tree", "-r", "--name-only", f"paircoder/{TASK}").splitlines()
            assert not set(names) & set(paths), f"the result has {sorted(set(names) & set(paths))}"

    return check


def keeps(*lines):
    """What the agent committed or stashed is reachable: it is work."""

    def check(place, ended):
        ids = "\n".join(line.split()[0] for line in place.git("rev-list", "--objects", "--all").splitlines())
        blobs = place.run(["git", "cat-file", "--batch"], stdin=ids).out
        lost = [line for line in lines if line not in blobs]
        assert not lost, f"no ref of the repository reaches {lost}"

    return check


# The hook of a repository with husky: a tracked folder, named by a relative path.
HUSKY = """
mkdir -p .husky
printf '#!/bin/sh\\nexit 0\\n' > .husky/pre-commit
chmod 755 .husky/pre-commit
git config core.hooksPath .husky
"""
SUBMODULE = """
git init -q -b main ../library
cd ../library
echo one > one.txt
git add .
git commit -qm one
echo two > one.txt
git commit -qam two
cd "$REPO"
git -c protocol.file.allow=always submodule --quiet add ../library library
"""
FROM_FILES = "git -c protocol.file.allow=always"

WORK = [
    Deed("stashes and pops", "git stash -q -u; git stash pop -q", must_succeed=True),
    Deed(
        "pops a stash that is not its own",
        "git stash pop; git stash drop",
        changes=("work.txt",), more=holds("work\n", "work.txt"),
    ),
    Deed("clears the stash", "git stash clear"),
    Deed(
        "leaves its work in a stash",
        "echo stashed > stashed.txt; git stash -q -u; write hello.txt",
        must_succeed=True, more=keeps("stashed"),
    ),
    Deed("resets to an older commit", "git reset -q --hard HEAD~2; write hello.txt", more=holds("v3\n")),
    Deed(
        "resets to an older commit and commits there",
        "git reset -q --hard HEAD~2; write hello.txt; git add .; $AS commit -qm mine",
        more=holds("v3\n"),
    ),
    Deed("goes to a branch beside", "git checkout -q --detach side; write hello.txt", more=holds("v3\n")),
    Deed(
        "goes to a branch of the user's",
        "git checkout -q release; write hello.txt; git add .; $AS commit -qm mine",
        more=holds("v3\n"),
    ),
    Deed("makes a branch", "git checkout -q -b mine; git add .; $AS commit -qm mine", must_succeed=True),
    Deed(
        "begins without a history",
        "git checkout -q --orphan mine; git add .; $AS commit -qm mine",
        changes=("*",), more=holds("v3\n"),
    ),
    Deed("leaves an unborn branch", "git checkout -q --orphan mine", more=holds("v3\n")),
    Deed("moves main", "git branch -f main HEAD~2", must_succeed=True),
    Deed(
        "switches to main by force",
        "git checkout -q --ignore-other-worktrees main; git add .; $AS commit -qm mine",
        must_succeed=True,
    ),
    Deed("deletes branches", "git branch -D side release topic main", must_succeed=True),
    Deed("renames a branch", "git branch -M side mine", must_succeed=True),
    Deed(
        "sets branch descriptions and upstreams",
        "git branch -u release main; git config branch.main.description x",
        must_succeed=True,
    ),
    Deed("moves and deletes tags", "git tag -f v0 HEAD; git tag -d v1; git tag mine", must_succeed=True),
    Deed(
        "moves refs",
        "git update-ref refs/heads/side HEAD; git update-ref -d refs/heads/release; "
        "git update-ref refs/remotes/origin/main HEAD~1; git update-ref refs/heads/main HEAD~1; "
        "git symbolic-ref refs/heads/other refs/heads/main",
        must_succeed=True,
    ),
    Deed("amends the user's commit", "git add .; $AS commit -q --amend -m mine", more=holds("v3\n")),
    Deed("rebases", "git add .; $AS commit -qm mine; $AS rebase -q HEAD~3"),
    Deed("rewrites the history", "$AS rebase -q --root --exec true"),
    Deed(
        "leaves a rebase in progress",
        "git add .; $AS commit -qm mine; $AS rebase side",
        more=holds("v3\n"),
    ),
    Deed("leaves a conflicted merge", "git add .; $AS commit -qm mine; $AS merge side", more=holds("v3\n")),
    Deed(
        "commits the marks of a conflict",
        "git add .; $AS commit -qm mine; $AS merge side; git add .; $AS commit -qm merged",
        more=holds("v3\n"),
    ),
    Deed(
        "leaves the marks and no merge",
        "git add .; $AS commit -qm mine; $AS merge side; git add f.txt; git merge --quit",
        more=holds("v3\n"),
    ),
    Deed(
        "ends its merge when it is asked",
        "git add .; $AS commit -qm mine; $AS merge side",
        again="git merge --abort", must_succeed=True, more=holds("v3\n"),
    ),
    Deed(
        "leaves a merge without a conflict",
        "git add .; $AS commit -qm mine; $AS merge --no-ff --no-commit beside",
        more=holds("v3\n"),
    ),
    Deed(
        "leaves a cherry-pick in progress",
        "git add .; $AS commit -qm mine; git cherry-pick side",
        more=holds("v3\n"),
    ),
    Deed(
        "leaves a revert in progress",
        "git add .; $AS commit -qm mine; git revert --no-edit HEAD~3",
        more=holds("v3\n"),
    ),
    Deed(
        "leaves a bisect in progress",
        "git add .; $AS commit -qm mine; git bisect start HEAD HEAD~3",
        more=holds("v3\n"),
    ),
    Deed(
        "applies patches and stops",
        "git format-patch -q -1 side --stdout > $ROOT/tmp/p; git am -q $ROOT/tmp/p",
        more=holds("v3\n"),
    ),
    Deed(
        "configures who commits",
        "git config user.name a; git config user.email a@b.invalid; git add .; git commit -qm x",
        must_succeed=True,
    ),
    Deed(
        "deletes its own branch and log",
        f"git update-ref -d refs/paircoder/tasks/{TASK};"
        " git for-each-ref --format='delete %(refname)' refs/paircoder refs/heads/paircoder | git update-ref --stdin",
    ),
    Deed(
        "takes notes",
        "git notes add -m mine HEAD; git notes --ref=other add -m mine HEAD; git notes remove HEAD~1",
        must_succeed=True,
    ),
    Deed("replaces an object", "git replace HEAD HEAD~2", more=holds("v3\n")),
    Deed(
        "replaces a blob",
        "git replace HEAD:f.txt $(echo other | git hash-object -w --stdin)",
        more=holds("v3\n"),
    ),
    Deed(
        "grafts",
        'echo "$(git rev-parse HEAD)" > "$(git rev-parse --git-path info/grafts)"',
        more=holds("v3\n"),
    ),
    Deed(
        "makes itself shallow",
        'git rev-parse HEAD > "$(git rev-parse --git-path shallow)"',
        more=holds("v3\n"),
    ),
    Deed("sets a sparse checkout", "git sparse-checkout set docs; write hello.txt", more=holds("v3\n")),
    Deed(
        "sets a sparse checkout that the user has",
        "git sparse-checkout set docs; write hello.txt",
        repository="git sparse-checkout set --cone src docs .paircoder", more=holds("v3\n"),
    ),
    Deed(
        "hides a change",
        "git update-index --skip-worktree f.txt; echo v4 > f.txt",
        changes=("f.txt",), must_succeed=True, more=holds("v4\n"),
    ),
    Deed(
        "assumes a file unchanged",
        "git update-index --assume-unchanged f.txt; echo v4 > f.txt",
        changes=("f.txt",), must_succeed=True, more=holds("v4\n"),
    ),
    Deed(
        "intends to add",
        "git add -N hello.txt; git rm -q --cached f.txt",
        must_succeed=True, more=holds("v3\n"),
    ),
    Deed(
        "collects garbage",
        "git reflog expire --expire=now --all; git gc -q --prune=now",
        must_succeed=True,
    ),
    Deed("repacks", "git repack -adq; git prune --expire=now; git pack-refs --all", must_succeed=True),
    Deed(
        "maintains",
        "git maintenance run --quiet --task=gc --task=commit-graph --task=loose-objects",
        must_succeed=True,
    ),
    Deed(
        "adds a worktree",
        "git worktree add -q $ROOT/tmp/mine release; echo mine > $ROOT/tmp/mine/f.txt",
        must_succeed=True,
    ),
    Deed(
        "removes worktrees of others",
        "git worktree remove --force $ROOT/linked; git worktree prune --expire=now",
        must_succeed=True,
    ),
    Deed(
        "moves and locks worktrees of others",
        "git worktree lock $ROOT/linked; git worktree move -f -f $ROOT/linked $ROOT/tmp/elsewhere",
    ),
    Deed("repairs worktrees", "git worktree repair; git -C $REPO worktree repair", must_succeed=True),
    Deed(
        "commits by plumbing",
        "git add .; git update-ref HEAD $($AS commit-tree -p HEAD -m x $(git write-tree)); "
        "git read-tree HEAD~2",
        must_succeed=True, more=holds("v3\n"),
    ),
]

REMOTES = [
    Deed(
        "sets another URL",
        "git remote set-url origin /nowhere; git remote add other /nowhere; git remote remove other",
        must_succeed=True,
    ),
    Deed("renames a remote", "git remote rename origin upstream", must_succeed=True),
    Deed(
        "pushes",
        "git add .; $AS commit -qm mine; git push origin HEAD:refs/heads/main; echo status $?",
        must_succeed=True, says="(?s)(bpsai-pair|agent|not allowed|may not).*status [1-9]",
    ),
    Deed(
        "pushes by force and deletes",
        "git push -f origin HEAD~2:refs/heads/main; git push origin :release; echo status $?",
        must_succeed=True, says="status [1-9]",
    ),
    Deed(
        "pushes to the path",
        "git add .; $AS commit -qm mine; git push $ROOT/remote.git HEAD:refs/heads/other; echo status $?",
        unseen=ELSEWHERE,
    ),
    Deed(
        "pushes to a URL of its own",
        "git remote set-url --push origin $ROOT/remote.git; git push origin HEAD~2:refs/heads/side",
    ),
    Deed(
        "fetches",
        "git fetch origin; git rev-parse --verify refs/remotes/origin/later && echo fetched",
        says="(?m)^fetched", must_succeed=True,
    ),
    Deed(
        "fetches into branches",
        "git fetch -q origin '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'; "
        "git fetch -q --update-head-ok origin +later:main",
        must_succeed=True,
    ),
    Deed(
        "reads what the user has",
        "git log --oneline --all && git show side:f.txt && git diff release && git stash list && "
        "git blame f.txt && git describe --tags && echo read",
        says="(?m)^read", must_succeed=True,
    ),
]

PLANTS = [
    Deed(
        "configures hooks",
        "plant $ROOT/tmp/pre-commit hook; "
        "for h in post-checkout post-commit post-index-change reference-transaction pre-auto-gc; "
        "do cp $ROOT/tmp/pre-commit $ROOT/tmp/$h; done; git config core.hooksPath $ROOT/tmp",
        must_succeed=True,
    ),
    Deed(
        "configures a pager and an editor",
        "plant $X pager; git config core.pager $X; git config core.editor $X; "
        "git config sequence.editor $X; git config pager.log $X",
        must_succeed=True,
    ),
    Deed("configures a monitor", "plant $X fsmonitor; git config core.fsmonitor $X", must_succeed=True),
    Deed(
        "configures a filter",
        "plant $X filter; git config filter.x.clean $X; git config filter.x.smudge $X; "
        "git config filter.x.required true; echo '* filter=x' > .gitattributes",
        changes=(".gitattributes",),
    ),
    Deed(
        "configures a filter process",
        "plant $X filter; git config filter.x.process $X; "
        'echo "* filter=x" > "$(git rev-parse --git-path info/attributes)"',
    ),
    Deed(
        "configures a merge driver",
        "plant $X driver; git config merge.x.driver $X; git config merge.default x; "
        "echo 'f.txt merge=x' > .gitattributes; echo v4 > f.txt",
        changes=(".gitattributes", "f.txt"),
    ),
    Deed(
        "configures a diff program",
        "plant $X diff; git config diff.external $X; git config diff.x.textconv $X; "
        "git config diff.x.command $X; echo '* diff=x' > .gitattributes",
        changes=(".gitattributes",),
    ),
    Deed(
        "configures aliases",
        "plant $X alias; for a in ci wip notes-x; do git config alias.$a !$X; done",
        must_succeed=True,
    ),
    Deed(
        "configures ssh and a proxy",
        "plant $X ssh; git config core.sshCommand $X; git config core.gitProxy $X; "
        "git config core.askPass $X; git config remote.origin.uploadpack $X",
        must_succeed=True,
    ),
    Deed(
        "configures a credential helper",
        "plant $X helper; git config credential.helper $X; git config gpg.program $X; "
        "git config commit.gpgSign true; git config tag.gpgSign true",
        must_succeed=True,
    ),
    Deed(
        "includes settings",
        "plant $X included; printf '[core]\\n\\tfsmonitor = %s\\n' $X > $ROOT/tmp/more; "
        "git config include.path $ROOT/tmp/more; git config --worktree include.path $ROOT/tmp/more",
        must_succeed=True,
    ),
    Deed(
        "configures its worktree alone",
        "plant $X fsmonitor; git config extensions.worktreeConfig true; "
        "git config --worktree core.fsmonitor $X; git config --worktree core.hooksPath $ROOT/tmp",
        must_succeed=True,
    ),
    Deed(
        "breaks the settings",
        "git config core.repositoryformatversion 99; git config extensions.unknown true",
    ),
    Deed("calls itself bare", "git config core.bare true; git config core.worktree $ROOT/tmp"),
    Deed(
        "puts hooks into its git directory",
        'd=$(git rev-parse --git-path hooks); mkdir -p "$d"; '
        "for h in pre-commit post-commit post-checkout reference-transaction post-index-change; "
        'do plant "$d/$h" hook; done',
        must_succeed=True,
    ),
    Deed(
        "installs hooks as husky does",
        "mkdir -p .husky; for h in pre-commit post-checkout post-commit; do plant .husky/$h husky; "
        "done; git config core.hooksPath .husky",
        changes=(".husky/*",),
    ),
    Deed(
        "edits the hooks of husky",
        "plant .husky/pre-commit husky; plant .husky/post-checkout husky; "
        "plant .husky/reference-transaction husky",
        repository=HUSKY, changes=(".husky/*",),
    ),
    Deed("commits where husky is", "git add .; $AS commit -qm mine", repository=HUSKY, must_succeed=True),
    Deed(
        "has the user's filter run its program",
        "plant clean.sh filter",
        repository=(
            "printf '#!/bin/sh\\ncat\\n' > clean.sh; chmod 755 clean.sh; "
            "git config filter.x.clean ./clean.sh; echo '*.txt filter=x' > .gitattributes"
        ),
        changes=("clean.sh",),
        may_execute=True,
    ),
]

LAYOUT = [
    Deed(
        "makes a repository in place",
        "plant $X fsmonitor; rm -rf .git; git init -q; git config core.fsmonitor $X; git add .; "
        "$AS commit -qm mine",
        more=holds("v3\n"),
    ),
    Deed(
        "initialises again",
        "git init -q; git init -q --separate-git-dir $ROOT/tmp/mine.git",
        more=holds("v3\n"),
    ),
    Deed(
        "makes a repository below",
        "plant $X nested; git init -q inner; cd inner; write deep.txt; git add .; $AS commit -qm x; "
        "git config core.fsmonitor $X; cd ..",
        changes=("inner", "inner/*"),
    ),
    Deed("puts a folder in place of the git file", "rm .git; mkdir .git; echo x > .git/HEAD"),
    Deed(
        "leads its git file to the user's repository",
        'echo "gitdir: $REPO/.git" > .git; git reset -q --hard HEAD~2; write hello.txt',
        more=holds("v3\n"),
    ),
    Deed(
        "leads its git file to a repository of its own",
        "plant $X fsmonitor; git init -q $ROOT/tmp/evil; "
        'git -C $ROOT/tmp/evil config core.fsmonitor $X; echo "gitdir: $ROOT/tmp/evil/.git" > .git',
    ),
    Deed("puts a link in place of the git file", "rm .git; ln -s $REPO/.git .git"),
    Deed("removes its git file", "rm .git"),
    Deed("removes its git directory", 'rm -rf "$(git rev-parse --absolute-git-dir)"'),
    Deed(
        "links its git directory elsewhere",
        'd=$(git rev-parse --absolute-git-dir); mv "$d" $ROOT/tmp/moved; ln -s $ROOT/tmp/moved "$d"',
    ),
    Deed(
        "edits the alternates",
        "f=$(git rev-parse --git-path objects/info/alternates); mkdir -p $ROOT/tmp/objects; "
        'echo $ROOT/tmp/objects > "$f"',
    ),
    Deed("removes the alternates", 'rm -f "$(git rev-parse --git-path objects/info/alternates)"'),
    Deed(
        "puts damaged objects into its store",
        'd=$(git rev-parse --git-path objects); mkdir -p "$d/ab"; '
        'echo garbage > "$d/ab/cdefabcdefabcdefabcdefabcdefabcdefabcd"; echo garbage > "$d/pack/pack-1.pack"',
    ),
    Deed("damages its HEAD", 'echo garbage > "$(git rev-parse --git-path HEAD)"'),
    Deed(
        "leads HEAD to nothing",
        'echo 1111111111111111111111111111111111111111 > "$(git rev-parse --git-path HEAD)"',
    ),
    Deed(
        "damages its reflog",
        'f=$(git rev-parse --git-path logs/HEAD); mkdir -p "$(dirname "$f")"; '
        'n=0000000000000000000000000000000000000000; echo "$n $n a <a@b.invalid> 1 +0000\tx" >> "$f"; '
        'echo "$n 2222222222222222222222222222222222222222 a <a@b.invalid> 1 +0000\tx" >> "$f"',
    ),
    Deed("damages its packed refs", 'echo garbage > "$(git rev-parse --git-path packed-refs)"'),
    Deed(
        "commits a tree that git refuses",
        "blob=$(git hash-object -w hello.txt); "
        "tree=$(printf '100644 blob %s\\t.git\\n' $blob | git mktree); "
        "git update-ref HEAD $($AS commit-tree -p HEAD -m x $tree); git reset -q --mixed HEAD~1",
        more=lacks(".git"),
    ),
]

SUBMODULES = [
    Deed(
        "fills a submodule",
        f"{FROM_FILES} submodule --quiet update --init; cat library/one.txt",
        repository=SUBMODULE,
    ),
    Deed(
        "takes a submodule out",
        f"{FROM_FILES} submodule --quiet update --init; git submodule --quiet deinit -f library",
        repository=SUBMODULE,
    ),
    Deed(
        "moves a submodule",
        f"{FROM_FILES} submodule --quiet update --init; git -C library checkout -q HEAD~1",
        repository=SUBMODULE, changes=("library", ".gitmodules"),
    ),
    Deed(
        "commits in a submodule",
        f"{FROM_FILES} submodule --quiet update --init; cd library; echo three > one.txt; "
        "$AS commit -qam three; git branch -f main HEAD; git tag mine; cd ..",
        repository=SUBMODULE, changes=("library", ".gitmodules"),
    ),
    Deed(
        "plants a hook in a submodule",
        f"{FROM_FILES} submodule --quiet update --init; d=$(git -C library rev-parse --absolute-git-dir) && "
        "plant $X submodule && git -C library config core.fsmonitor $X && "
        "mkdir -p $d/hooks && plant $d/hooks/post-checkout submodule; echo x > library/one.txt",
        repository=SUBMODULE, changes=("library", "library/*", ".gitmodules"),
    ),
    Deed(
        "adds a submodule",
        f"{FROM_FILES} submodule --quiet add $ROOT/library second",
        repository=SUBMODULE, changes=("second", ".gitmodules"),
    ),
]

DEEDS = WORK + REMOTES + PLANTS + LAYOUT + SUBMODULES
