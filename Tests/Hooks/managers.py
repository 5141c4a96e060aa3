"""Living with pre-commit and lefthook: whichever came first, all keep firing, and each can leave without a trace."""

from case import Case, Skip
from installing import fired, foreign, hook_files
from matrix import begun
from place import Place, blob_id

CASES = []
PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - {id: before, name: before, language: system, always_run: true, stages: [pre-commit],
         entry: sh -c 'echo before >> "$HOME/fired"'}
      - {id: after, name: after, language: system, always_run: true, stages: [post-commit],
         entry: sh -c 'echo after >> "$HOME/fired"'}
"""
LEFTHOOK = """\
output: false
pre-commit:
  commands: {before: {run: echo before >> "$HOME/fired"}}
"""
LEFTHOOK_AFTER = """\
post-commit:
  commands:
    after: {run: echo after >> "$HOME/fired"}
"""


class Managed(Place):
    """A place with a hook manager."""

    def __init__(self, settings, program):
        super().__init__(settings)
        self.program = self.root / "bin" / program
        if not settings.managers or not (settings.managers / program).exists():
            self.close()
            raise Skip(f"needs {program}, which install_managers.sh brings")
        self.program.symlink_to((settings.managers / program).absolute())
        self.commits = 0

    def manager(self, *arguments):
        ended = self.run([self.program, *arguments])
        assert ended.status == 0, str(ended)

    def expect_fire(self, *others, ours=True):
        """Commits a task: the others fire, each once, and so do we, where `ours`."""
        self.commits += 1
        task = f"T-{self.commits}"
        blob = blob_id(self.task(task, "work").encode())
        fired(self)
        ended = self.commit(task)
        assert fired(self) == list(others), f"others fired otherwise than {others}: {ended}"
        found = [pair for pair in self.queued() if pair[0] == task]
        assert found == ([(task, blob)] if ours else []), f"in the queue: {found}; {ended}"


def managed(program, name, **more):
    """Adds the function that follows, which takes a place with that manager; `more` goes to it, too."""

    def add(act):
        def play(settings):
            place = Managed(settings, program)
            try:
                begun(place)
                act(place, **more)
            finally:
                place.close(settings.keep)

        CASES.append(Case(f"{program}: {name}", play))
        return act

    return add


# pre-commit

KINDS = {"with a hook after commits": ("pre-commit", "post-commit"), "without one": ("pre-commit",)}


def pre_commit(place, what, kinds):
    place.manager(what, *(f"--hook-type={kind}" for kind in kinds))


def set_up_pre_commit(place, kinds):
    """Its configuration, an own hook of the user's beside; what it fires, and the hooks' folder before it."""
    place.write(".pre-commit-config.yaml", PRE_COMMIT)
    place.quietly("pre-commit")
    foreign(place, "post-commit", text='#!/bin/sh\necho mine >> "$HOME/fired"\n')
    return ("before", "mine", "after") if "post-commit" in kinds else ("before", "mine"), hook_files(place)


for words, kinds in KINDS.items():

    @managed("pre-commit", f"{words}, then ours; ours leaves first", kinds=kinds)
    def then_ours_first(place, kinds):
        both, before = set_up_pre_commit(place, kinds)
        pre_commit(place, "install", kinds)
        alone = hook_files(place)
        place.hooks("install")
        place.expect_fire(*both)
        place.hooks("status")
        place.hooks("uninstall")
        assert hook_files(place) == alone
        place.expect_fire(*both, ours=False)
        pre_commit(place, "uninstall", kinds)
        assert hook_files(place) == before

    @managed("pre-commit", f"{words}, then ours; ours stays", kinds=kinds)
    def then_ours_last(place, kinds):
        both, before = set_up_pre_commit(place, kinds)
        pre_commit(place, "install", kinds)
        place.hooks("install")
        place.expect_fire(*both)
        pre_commit(place, "uninstall", kinds)
        place.expect_fire("mine")
        place.hooks("status")
        place.hooks("uninstall")
        assert hook_files(place) == before

    @managed("pre-commit", f"{words}, after ours; ours leaves first", kinds=kinds)
    def after_ours_first(place, kinds):
        both, before = set_up_pre_commit(place, kinds)
        place.hooks("install")
        pre_commit(place, "install", kinds)
        place.expect_fire(*both)
        place.hooks("status")
        place.hooks("uninstall")
        place.expect_fire(*both, ours=False)
        pre_commit(place, "uninstall", kinds)
        assert hook_files(place) == before

    @managed("pre-commit", f"{words}, after ours; ours stays", kinds=kinds)
    def after_ours_last(place, kinds):
        both, before = set_up_pre_commit(place, kinds)
        place.hooks("install")
        ours = hook_files(place)
        pre_commit(place, "install", kinds)
        place.expect_fire(*both)
        pre_commit(place, "uninstall", kinds)
        assert hook_files(place) == ours
        place.expect_fire("mine")
        place.hooks("uninstall")
        assert hook_files(place) == before

    @managed("pre-commit", f"{words}, after ours, and ours once more", kinds=kinds)
    def after_ours_again(place, kinds):
        both, before = set_up_pre_commit(place, kinds)
        place.hooks("install")
        pre_commit(place, "install", kinds)
        place.hooks("install")
        place.expect_fire(*both)
        place.hooks("uninstall")
        place.expect_fire(*both, ours=False)
        pre_commit(place, "uninstall", kinds)
        assert hook_files(place) == before


@managed("pre-commit", "core.hooksPath is not set by us, or it would refuse to install")
def no_hooks_path(place):
    place.hooks("install")
    assert place.ask("config", "core.hooksPath", status=1) == b""


# lefthook


def set_up_lefthook(place, *parts):
    """Its configuration, committed; what was there before it."""
    before = hook_files(place)
    place.write("lefthook.yml", LEFTHOOK + "".join(parts))
    place.quietly("lefthook")
    return before


@managed("lefthook", "without a hook after commits, then ours; ours leaves first")
def lefthook_then_ours(place):
    before = set_up_lefthook(place)
    place.manager("install")
    alone = hook_files(place)
    place.hooks("install")
    place.expect_fire("before")
    place.hooks("status")
    place.hooks("uninstall")
    assert hook_files(place) == alone
    place.expect_fire("before", ours=False)
    place.manager("uninstall")
    assert hook_files(place) == before


@managed("lefthook", "without a hook after commits, after ours; ours stays")
def lefthook_after_ours(place):
    before = set_up_lefthook(place)
    place.hooks("install")
    ours = hook_files(place)
    place.manager("install")
    place.expect_fire("before")
    place.hooks("status")
    place.manager("uninstall")
    assert hook_files(place) == ours
    place.expect_fire()
    place.hooks("uninstall")
    assert hook_files(place) == before


@managed("lefthook", "with a hook after commits, then ours")
def lefthook_owns(place):
    set_up_lefthook(place, LEFTHOOK_AFTER)
    place.manager("install")
    alone = hook_files(place)
    install_beside_lefthook(place)
    place.expect_fire("before", "after")
    place.hooks("status")
    place.hooks("install")
    place.expect_fire("before", "after")
    if place.has_config_hooks():
        place.hooks("uninstall")
        assert hook_files(place) == alone
        place.expect_fire("before", "after", ours=False)


@managed("lefthook", "with a hook after commits, after ours")
def lefthook_takes_over(place):
    place.hooks("install")
    set_up_lefthook(place, LEFTHOOK_AFTER)
    place.manager("install")
    # It renames a hook that it finds, and does not run it.
    place.hooks("status", ends=0 if place.has_config_hooks() else 1)
    install_beside_lefthook(place)
    place.expect_fire("before", "after")
    place.hooks("status")


def install_beside_lefthook(place):
    """On an older git, a person has to add what we print to lefthook.yml."""
    if place.has_config_hooks():
        place.hooks("install")
        return
    ended = place.hooks("install", ends=78)
    said = ended.out + ended.err
    assert "lefthook.yml" in said and "bpsai-pair hook post-commit" in said, str(ended)
    place.write("lefthook.yml", LEFTHOOK + LEFTHOOK_AFTER + "    pair: {run: bpsai-pair hook post-commit}\n")
    place.manager("install")
    place.hooks("install")
