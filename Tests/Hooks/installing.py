"""Installing, installing again, taking out: what stood there keeps working, and comes back byte for byte."""

import os
import shutil
import stat
from pathlib import Path

from matrix import expect_queue
from scenes import Scenes

CASES = Scenes()
EVENTS = ("post-commit", "post-merge", "post-rewrite", "post-applypatch")
# Without a line feed at its end.
FOREIGN = """\
#!/bin/sh
# mine, \u00e4
echo "mine ${0##*/} $*" >> "$HOME/fired"
[ -t 0 ] || cat >> "$HOME/fired"
exit 1"""


def hook_files(place, *folders):
    """Bytes, mode and link of all that lies in the hooks' folders, and the configuration."""
    found = {"config": (place.repository / ".git/config").read_bytes()}
    for folder in folders or (place.repository / ".git/hooks",):
        for top, _, names in os.walk(folder):
            for path in (Path(top) / name for name in names):
                how = path.lstat().st_mode
                content = os.readlink(path) if stat.S_ISLNK(how) else path.read_bytes()
                found[str(path.relative_to(place.root))] = (stat.S_IMODE(how), content)
    return found


def foreign(place, *events, folder=None, text=FOREIGN):
    for event in events:
        file = (folder or place.repository / ".git/hooks") / event
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)


def fired(place):
    file = place.root / "home/fired"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


@CASES.at_place("installed and taken out, it leaves nothing")
def leaves_nothing(place):
    before = hook_files(place)
    place.hooks("install")
    place.hooks("status")
    place.hooks("uninstall")
    assert hook_files(place) == before
    place.task("T-1", "one")
    assert place.commit().err == ""


@CASES.at_place("installed twice, it is installed once")
def twice(place):
    foreign(place, *EVENTS)
    place.hooks("install")
    once = hook_files(place)
    place.hooks("install")
    assert hook_files(place) == once
    one = place.task("T-1", "one")
    place.commit()
    expect_queue(place, [("T-1", one)])
    assert [line for line in fired(place) if line.startswith("mine")] == ["mine post-commit "]


@CASES.at_place("taken out twice")
def out_twice(place):
    place.hooks("install")
    place.hooks("uninstall")
    before = hook_files(place)
    place.hooks("uninstall")
    assert hook_files(place) == before


@CASES.at_place("hooks that stood there run first, with their arguments and input, and come back")
def kept(place):
    foreign(place, *EVENTS)
    target = place.repository / ".git/hooks/elsewhere"
    target.write_text(FOREIGN)
    target.chmod(0o755)
    (place.repository / ".git/hooks/post-merge").unlink()
    (place.repository / ".git/hooks/post-merge").symlink_to("elsewhere")
    (place.repository / ".git/hooks/post-commit").chmod(0o751)
    before = hook_files(place)
    place.hooks("install")
    one, two = place.task("T-1", "one"), place.task("T-2", "two")
    place.commit()
    old = place.ask("rev-parse", "HEAD").decode().strip()
    place.step("commit", "--quiet", "--amend", "--message", "better said")
    new = place.ask("rev-parse", "HEAD").decode().strip()
    place.step("switch", "--quiet", "--create", "side", "HEAD~1")
    three = place.task("T-3", "three")
    place.quietly()
    place.step("switch", "--quiet", "-")
    place.step("merge", "--quiet", "--no-edit", "side")
    amended = ["mine post-commit ", "mine post-rewrite amend", f"{old} {new}"]
    assert fired(place) == ["mine post-commit ", *amended, "mine post-commit ", "mine post-merge 0"]
    expect_queue(place, [("T-1", one), ("T-2", two), ("T-3", three)])
    place.hooks("uninstall")
    assert hook_files(place) == before


@CASES.at_place("a hook that is not executable stays as it is")
def not_executable(place):
    foreign(place, "post-commit")
    (place.repository / ".git/hooks/post-commit").chmod(0o644)
    before = hook_files(place)
    place.hooks("install")
    one = place.task("T-1", "one")
    place.commit()
    expect_queue(place, [("T-1", one)])
    assert fired(place) == []
    place.hooks("uninstall")
    assert hook_files(place) == before


@CASES.at_place("installed and taken out in a linked worktree")
def in_linked(place):
    before = hook_files(place)
    place.step("worktree", "add", "--quiet", "-b", "linked", "../linked")
    linked = place.root / "linked"
    place.hooks("install", at=linked)
    place.hooks("status", at=linked)
    one, two = place.task("T-1", "one"), place.task("T-2", "two", at=linked)
    place.commit()
    place.commit(at=linked)
    expect_queue(place, [("T-1", one), ("T-2", two)])
    place.step("worktree", "remove", "--force", "../linked")
    three = place.task("T-3", "three")
    place.commit()
    expect_queue(place, [("T-1", one), ("T-2", two), ("T-3", three)])
    place.hooks("uninstall")
    assert hook_files(place) == before


@CASES.at_place("core.hooksPath that is set after the hooks were installed")
def path_later(place):
    place.hooks("install")
    (place.root / "other").mkdir()
    place.step("config", "core.hooksPath", str(place.root / "other"))
    if place.has_config_hooks():
        place.hooks("status")
    else:
        place.hooks("status", ends=1)
        place.hooks("install")
        place.hooks("status")
    one = place.task("T-1", "one")
    place.commit()
    expect_queue(place, [("T-1", one)])
    place.hooks("uninstall")
    assert list((place.root / "other").iterdir()) == []
    left = [file.name for file in (place.repository / ".git/hooks").iterdir() if file.suffix != ".sample"]
    assert left == [], f"left in .git/hooks: {left}"


@CASES.at_place("a relative core.hooksPath: hooks out of the worktree are a person's to change")
def relative(place):
    place.step("config", "core.hooksPath", ".githooks")
    foreign(place, "post-commit", folder=place.repository / ".githooks")
    place.quietly("a hook of the project")
    fired(place)
    before = hook_files(place, place.repository / ".githooks")
    if place.has_config_hooks():
        place.hooks("install")
    else:
        ended = place.hooks("install", ends=78)
        assert "bpsai-pair hook post-commit" in ended.out + ended.err, str(ended)
        assert hook_files(place, place.repository / ".githooks") == before
        add_lines(place.repository / ".githooks")
        place.commit("our lines")
        place.hooks("install")
    one = place.task("T-1", "one")
    place.commit()
    assert "mine post-commit " in fired(place)
    expect_queue(place, [("T-1", one)])
    place.hooks("uninstall", ends=None)
    assert place.ask("config", "--local", "core.hooksPath") == b".githooks\n"


def add_lines(folder):
    """What a person does who was told the lines."""
    for event in EVENTS:
        file = folder / event
        text = file.read_text().replace("exit 1", "") if file.exists() else "#!/bin/sh\n"
        file.write_text(f'{text}\nbpsai-pair hook {event} "$@" || :\n')
        file.chmod(0o755)


@CASES.at_place("the installed scripts lie where no worktree is")
def out_of_reach(place):
    place.step("worktree", "add", "--quiet", "-b", "linked", "../linked")
    place.hooks("install", at=place.root / "linked")
    said = place.ask("config", "--local", "--get-regexp", "^hook\\.", status=None).decode()
    assert str(place.root / "linked") not in said, said
    if place.has_config_hooks():
        assert said.count(".command ") == len(EVENTS), said
        for line in said.splitlines():
            assert ".command " not in line or str(place.repository / ".git") in line, line


@CASES.at_place("hooks test shows that each fires, from either worktree")
def proved(place):
    place.hooks("install")
    before = hook_files(place), place.ask("for-each-ref"), place.ask("status", "--porcelain")
    ended = place.hooks("test")
    for event in EVENTS:
        assert ended.out.count(event) >= 2, str(ended)
    assert (hook_files(place), place.ask("for-each-ref"), place.ask("status", "--porcelain")) == before


@CASES.at_place("hooks test shows a hook that does not fire")
def not_fired(place):
    place.hooks("install")
    if place.has_config_hooks():
        place.step("config", "hook.bpsai-pair-post-merge.enabled", "false")
    else:
        (place.repository / ".git/hooks/post-merge").chmod(0o644)
    ended = place.hooks("test", ends=1)
    assert "post-merge" in ended.out, str(ended)
    place.hooks("status", ends=1)


@CASES.at_place("the program that is gone fails no commit")
def gone(place):
    (place.root / "bin/bpsai-pair").unlink()
    moved = place.root / "home/pair"
    shutil.copy(place.pair_program, moved)
    place.pair_program = moved
    place.hooks("install")
    moved.unlink()
    place.task("T-1", "one")
    ended = place.commit()
    assert len(ended.err.splitlines()) <= 1, str(ended)


@CASES.at_place("what is written of the queue bears the time and the user, not those of the commit")
def own_time(place):
    place.hooks("install")
    place.task("T-1", "one")
    others = {"GIT_AUTHOR_NAME": "Somebody", "GIT_AUTHOR_EMAIL": "else@example.invalid"}
    place.commit(environment=others)
    form = ("--format=%an, %ad", "--date=format:%Y")
    said = place.ask("log", "-1", *form, "refs/paircoder/tasks/T-1").decode()
    assert "Somebody" not in said and "2023" not in said, said


@CASES.at_place("the hook leaves the index as it is, byte for byte")
def index_untouched(place):
    place.hooks("install")
    place.task("T-1", "one")
    place.quietly()
    # A file as of now: a look at it that refreshes would write the index.
    os.utime(place.repository / "README.md")
    before = (place.repository / ".git/index").read_bytes()
    ended = place.run([place.pair_program, "hook", "post-commit"])
    assert ended.status == 0 and "T-1" in ended.err, str(ended)
    assert (place.repository / ".git/index").read_bytes() == before


def empty(place):
    place.step("init", "--quiet")


@CASES.at_place("without configuration, a task is routed and not queued", begin=empty)
def no_configuration(place):
    place.hooks("install")
    place.task("T-1", "one")
    place.commit()
    assert place.kinds("T-1") == ["routed"], place.events()
