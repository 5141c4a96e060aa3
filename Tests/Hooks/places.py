"""Where a repository may lie, and how git may be told so."""

import os

from matrix import Matrix, begun, expect_queue
from place import CONFIG

CASES = Matrix()


def some_work(place, **more):
    """A commit, one that is amended, and a rebase; what must be queued."""
    at = more.get("at")
    one = place.task("T-1", "one", at=at)
    place.commit("one", **more)
    two = place.task("T-1", "two", at=at)
    place.commit("two", "--amend", **more)
    place.step("switch", "--quiet", "--create", "topic", "HEAD~1", **more)
    three = place.task("T-3", "three", at=at)
    place.quietly("three", **more)
    place.step("rebase", "--quiet", "-", **more)
    return [("T-1", one), ("T-1", two), ("T-3", three)]


def inside(name):
    """Runs work in a folder of that name, as one case."""
    CASES.named(f"a path with {name}", folder=NAMES[name])(some_work)


NAMES = {
    "spaces": "a re pository ",
    "quotes": "it's \"a\" `re` \\pository",
    "a newline": "a\nrepository",
    "bytes that are not UTF-8": b"a \xff\xfe repository",
    "what a shell would run": "$(touch sprung) & touch sprung; *?[a]{b,c} ~ #%",
    "a dash at its beginning": "-n",
}
for described in NAMES:
    inside(described)


@CASES.named("a linked worktree")
def linked(place):
    return some_linked_work(place, "linked")


@CASES.named("a linked worktree with a strange path")
def linked_strange(place):
    return some_linked_work(place, "it's \"linked\" $(touch sprung)")


@CASES.named("a linked worktree whose path is not UTF-8")
def linked_bytes(place):
    return some_linked_work(place, os.fsdecode(b"linked \xff"))


def some_linked_work(place, name):
    place.step("worktree", "add", "--quiet", "-b", "linked", f"../{name}")
    return some_work(place, at=place.root / name)


@CASES.named("a commit in a linked worktree, then one in the main one")
def linked_then_main(place):
    place.step("worktree", "add", "--quiet", "-b", "linked", "../linked")
    one = place.task("T-1", "one", at=place.root / "linked")
    place.commit(at=place.root / "linked")
    two = place.task("T-2", "two")
    place.commit()
    place.step("merge", "--quiet", "--no-edit", "linked")
    return [("T-1", one), ("T-2", two)]


@CASES.named("a rebase in a linked worktree while commits are made in the main one")
def rebase_beside(place):
    linked = place.root / "linked"
    place.step("worktree", "add", "--quiet", "-b", "linked", "../linked")
    place.write("README.md", "linked\n", at=linked)
    place.task("T-1", "one", at=linked)
    place.quietly(at=linked)
    place.write("README.md", "main\n")
    place.commit()
    place.step("rebase", "--quiet", "main", at=linked, ends=1)
    two = place.task("T-2", "two")
    place.commit()
    expect_queue(place, [("T-2", two)])
    place.write("README.md", "both\n", at=linked)
    place.step("add", "--all", at=linked)
    place.step("rebase", "--continue", at=linked, environment={"GIT_EDITOR": "true"})
    return [("T-1", place.task("T-1", "one", at=linked)), ("T-2", two)]


@CASES.named("a folder below the top")
def below(place):
    place.write("part/a.txt", "a\n")
    one = place.task("T-1", "one")
    place.step("add", "--all")
    place.step("commit", "--quiet", "--message", "work", at=place.repository / "part")
    return [("T-1", one)]


@CASES.named("GIT_DIR and GIT_WORK_TREE, from elsewhere")
def by_environment(place):
    variables = {"GIT_DIR": str(place.repository / ".git"), "GIT_WORK_TREE": str(place.repository)}
    elsewhere = place.root / "elsewhere"
    elsewhere.mkdir()
    one = place.task("T-1", "one")
    place.step("add", "--all", at=elsewhere, environment=variables)
    place.step("commit", "--quiet", "--message", "work", at=elsewhere, environment=variables)
    return [("T-1", one)]


@CASES.named("a relative GIT_DIR, and an index of one's own")
def own_index(place):
    variables = {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": "../own-index"}
    one = place.task("T-1", "one")
    place.step("read-tree", "HEAD", environment=variables)
    place.step("add", "--all", environment=variables)
    place.step("commit", "--quiet", "--message", "work", environment=variables)
    (place.root / "own-index").unlink()
    return [("T-1", one)]


@CASES.named("git --git-dir and --work-tree")
def by_options(place):
    one = place.task("T-1", "one")
    options = ("--git-dir", str(place.repository / ".git"), "--work-tree", str(place.repository))
    place.step(*options, "add", "--all", at=place.root / "home")
    place.step(*options, "commit", "--quiet", "--message", "work", at=place.root / "home")
    return [("T-1", one)]


@CASES.named("GIT_LITERAL_PATHSPECS")
def literal_pathspecs(place):
    one = place.task("T-1", "one")
    place.commit(environment={"GIT_LITERAL_PATHSPECS": "1"})
    return [("T-1", one)]


def separate(place):
    place.step("init", "--quiet", "--separate-git-dir", "../separate")
    begun(place)


@CASES.named("a separate git directory", begin=separate)
def separate_folder(place):
    return some_work(place)


def with_submodule(place):
    sub = place.root / "sub"
    sub.mkdir()
    place.step("init", "--quiet", at=sub)
    place.write(".paircoder/config.yaml", CONFIG, at=sub)
    place.commit("begin", at=sub)
    begun(place)
    place.step("submodule", "--quiet", "add", "../sub", "part")
    place.commit("a submodule")


@CASES.named("a submodule and its superproject", begin=with_submodule)
def submodule(place):
    part = place.repository / "part"
    place.install(at=part)
    inner = some_work(place, at=part)
    place.step("add", "part")
    place.step("commit", "--quiet", "--message", "the submodule moved")
    expect_queue(place, [])
    outer = place.task("T-1", "of the superproject")
    place.commit()
    expect_queue(place, inner, at=part)
    return [("T-1", outer)]


def cloned(*options):
    """Makes the repository as a clone of another that begins with two commits."""

    def begin(place):
        origin = place.root / "origin"
        origin.mkdir()
        place.step("init", "--quiet", at=origin)
        place.step("config", "uploadpack.allowFilter", "true", at=origin)
        place.write(".paircoder/config.yaml", CONFIG, at=origin)
        for words in ("older", "here before the hooks"):
            place.task("OLD", words, at=origin)
            place.write(f"{words}.txt", words, at=origin)
            place.commit("begin", at=origin)
        place.step("clone", "--quiet", *options, origin.as_uri(), ".")

    return begin


@CASES.named("a shallow clone", begin=cloned("--depth=1"))
def shallow(place):
    one = place.task("T-1", "one")
    place.commit()
    old = place.task("OLD", "changed")
    place.commit()
    place.step("rebase", "--quiet", "--force-rebase", "HEAD~2")
    return [("T-1", one), ("OLD", old)]


@CASES.named("a partial clone", begin=cloned("--filter=blob:none"))
def partial_clone(place):
    return some_work(place)


@CASES.named("a partial clone without trees", begin=cloned("--filter=tree:0"))
def treeless(place):
    return some_work(place)


@CASES.named("a sparse checkout without the tasks", begin=cloned("--sparse"))
def sparse(place):
    place.write("a.txt", "a\n")
    place.commit()
    place.step("switch", "--quiet", "--create", "side")
    text = place.task("T-1", "one")
    place.step("add", "--sparse", "--all")
    place.step("commit", "--quiet", "--message", "work")
    return [("T-1", text)]


def own_hooks_path(place):
    begun(place)
    (place.root / "home/own hooks").mkdir()
    place.step("config", "core.hooksPath", str(place.root / "home/own hooks"))


@CASES.named("an absolute core.hooksPath", begin=own_hooks_path)
def absolute_hooks_path(place):
    place.step("worktree", "add", "--quiet", "-b", "linked", "../linked")
    two = place.task("T-2", "two", at=place.root / "linked")
    place.commit(at=place.root / "linked")
    return some_work(place) + [("T-2", two)]


def worktree_config(place):
    begun(place)
    place.step("config", "extensions.worktreeConfig", "true")
    place.step("config", "--worktree", "core.sparseCheckout", "false")


@CASES.named("configuration of its own for each worktree", begin=worktree_config)
def configured_worktree(place):
    place.step("worktree", "add", "--quiet", "-b", "linked", "../linked")
    return some_work(place, at=place.root / "linked")
