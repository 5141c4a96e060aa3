"""The matrix: the same git steps are done in a repository with our hooks and in one without. All that git says and
leaves must be equal, and the right tasks are in the queue, each text once."""

import re
from collections import Counter

from belongings import belongings, neutral
from case import Case
from place import CONFIG, Place, blob_id


class Matrix(list):
    """The cases of one file."""

    def named(self, name, folder="repository", begin=None):
        """Adds the steps that follow: a function that takes a place, does the steps there, and returns what must
        have been queued then, as pairs of a task and its text. `begin` makes the repository in which hooks are
        installed."""

        def add(steps):
            self.append(Case(name, lambda settings: play(settings, steps, folder, begin or begun)))
            return steps

        return add


def begun(place):
    """A repository with the configuration, a file, and a task that stood there before the hooks."""
    place.step("init", "--quiet")
    place.write(".paircoder/config.yaml", CONFIG)
    place.write("README.md", "".join(f"line {number}\n" for number in range(1, 20)))
    place.task("OLD", "here before the hooks")
    place.commit("begin")


def play(settings, steps, folder, begin):
    hooked, plain = (Place(settings, folder, is_hooked) for is_hooked in (True, False))
    try:
        for place in (hooked, plain):
            begin(place)
        hooked.install()
        expected = steps(hooked)
        assert steps(plain) == expected
        expect_same_words(hooked, plain)
        expect_same_things(hooked, plain)
        expect_queue(hooked, expected)
        taken_out = {task for task, kind, _ in hooked.events() if kind == "dequeued"}
        assert taken_out == hooked.taken_out, f"taken out of the queue: {taken_out}, not {hooked.taken_out}"
    finally:
        for place in (hooked, plain):
            place.close(settings.keep)


def expect_queue(place, expected, at=None):
    """Each pair of task and text was put into the queue once, and nothing else was; nothing where no hooks are."""
    wanted = Counter((task, blob_id(text.encode())) for task, text in expected if place.hooked)
    found = Counter(place.queued(at))
    if found == wanted:
        return
    words = {blob_id(text.encode()): text.splitlines()[-1] for _, text in expected}
    for _, blob in found:
        words[blob] = place.ask("cat-file", "blob", blob, at=at).decode().splitlines()[-1]
    both = (wanted - found, found - wanted)
    missing, more = ([f"{task} ({words[blob]})" for task, blob in pairs] for pairs in both)
    events = "\n".join(map(" ".join, place.events(at)))
    raise AssertionError(f"missing in the queue: {missing}; too much in it: {more}; all events:\n{events}")


def expect_same_words(hooked, plain):
    """Git said the same at every step, but for lines of ours."""
    assert len(hooked.transcript) == len(plain.transcript)
    for (command, ended), (_, other) in zip(hooked.transcript, plain.transcript):
        same = (
            ended.status == other.status
            and words(hooked, ended.out) == words(plain, other.out)
            and without_ours(words(hooked, ended.err)) == words(plain, other.err)
        )
        assert same, f"{' '.join(command)}\n{ended}\n--- without hooks\n{other}"


def words(place, text):
    return neutral(place, text.encode()).decode()


def without_ours(text):
    """Without the lines that we print: git's own line of progress may stand before them."""
    return re.sub("(?m)(^|(?<=\r))bpsai-pair: .*\n", "", text)


def expect_same_things(hooked, plain):
    ours, theirs = belongings(hooked), belongings(plain)
    unlike = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    told = (f"{name}:\n{beginning(ours, name)}\n--- without hooks\n{beginning(theirs, name)}" for name in unlike[:4])
    assert not unlike, f"{len(unlike)} differ from the same steps without hooks:\n" + "\n".join(told)


def beginning(found, name):
    return str(found.get(name))[:500]
