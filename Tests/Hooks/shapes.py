"""Hook managers that are not installed here, by the files that they leave: husky and overcommit."""

from installing import EVENTS, fired, hook_files
from matrix import expect_queue
from scenes import Scenes

CASES = Scenes()
# husky 9 puts core.hooksPath at .husky/_, which git ignores; each file there runs the one of its name in .husky.
HUSKY = """\
#!/usr/bin/env sh
. "$(dirname "$0")/h"
"""
HUSKY_H = """\
#!/usr/bin/env sh
[ "$HUSKY" = "2" ] && set -x
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
[ "${HUSKY-}" = "0" ] && exit 0
sh -e "$s" "$@"
exit $?
"""
# overcommit leaves one Ruby program under the names of all hooks.
OVERCOMMIT = """\
#!/usr/bin/env ruby
# Entrypoint for Overcommit hook integration. Installing Overcommit will result
"""


def husky(place):
    folder = place.repository / ".husky/_"
    folder.mkdir(parents=True)
    for event in ("pre-commit", *EVENTS):
        (folder / event).write_text(HUSKY)
        (folder / event).chmod(0o755)
    (folder / "h").write_text(HUSKY_H)
    (folder / ".gitignore").write_text("*")
    place.write(".husky/pre-commit", 'echo before >> "$HOME/fired"\n')
    place.quietly("husky")
    place.step("config", "core.hooksPath", ".husky/_")


@CASES.at_place("husky: both fire, its files are a person's to change")
def beside_husky(place):
    husky(place)
    before = hook_files(place, place.repository / ".husky")
    if not place.has_config_hooks():
        ended = place.hooks("install", ends=78)
        said = ended.out + ended.err
        assert ".husky/post-commit" in said and "bpsai-pair hook post-commit" in said, str(ended)
        assert hook_files(place, place.repository / ".husky") == before
        for event in EVENTS:
            place.write(f".husky/{event}", f'bpsai-pair hook {event} "$@" || :\n')
        place.quietly("our lines")
        # What stood in these files when hooks began to watch is not taken up.
    place.hooks("install")
    place.hooks("status")
    fired(place)
    one = place.task("T-1", "one")
    place.commit()
    assert fired(place) == ["before"]
    expect_queue(place, [("T-1", one)])


@CASES.at_place("overcommit: its files stay, a person adds ours to its configuration")
def beside_overcommit(place):
    place.write(".overcommit.yml", "PreCommit:\n  ALL:\n    enabled: false\n")
    place.quietly("overcommit")
    for event in ("pre-commit", "post-commit", "post-merge", "post-rewrite", "overcommit-hook"):
        file = place.repository / ".git/hooks" / event
        file.write_text(OVERCOMMIT)
        file.chmod(0o755)
    before = hook_files(place)
    if place.has_config_hooks():
        place.hooks("install")
    else:
        ended = place.hooks("install", ends=78)
        said = ended.out + ended.err
        assert ".overcommit.yml" in said and "PostCommit" in said, str(ended)
        after = hook_files(place)
        assert {name: after[name] for name in before} == before, "its files changed"
    place.hooks("uninstall")
    assert hook_files(place) == before
