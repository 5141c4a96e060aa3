"""What the configuration says of hooks: the mode, and which branches, statuses and types count."""

from matrix import Matrix, begun

CASES = Matrix()


def configured(text):
    def begin(place):
        begun(place)
        place.write(".paircoder/config.yaml", f"orchestrate:\n  hooks: {text}\n")
        place.quietly()

    return begin


def routed(place):
    place.task("T-1", "one")
    place.commit()
    place.step("commit", "--quiet", "--amend", "--message", "better said")
    assert place.kinds("T-1") == (["routed"] if place.hooked else []), place.events()
    return []


CASES.named("mode route", begin=configured("route"))(routed)
CASES.named("mode route, in the long form", begin=configured("{mode: route}"))(routed)
CASES.named("no mode is route", begin=configured("{}"))(routed)


@CASES.named("some branches", begin=configured('{mode: queue, branches: [main, "feature/*"]}'))
def branches(place):
    one = place.task("T-1", "one")
    place.commit()
    place.step("switch", "--quiet", "--create", "feature/a")
    two = place.task("T-2", "two")
    place.commit()
    place.step("switch", "--quiet", "--create", "other")
    three = place.task("T-3", "three")
    place.commit()
    place.step("switch", "--quiet", "main")
    place.step("merge", "--quiet", "--no-edit", "other")
    return [("T-1", one), ("T-2", two), ("T-3", three)]


@CASES.named("some statuses", begin=configured("{mode: queue, statuses: [ready]}"))
def statuses(place):
    place.task("T-1", "one")
    two = place.task("T-2", "two", status="ready")
    place.commit()
    one = place.task("T-1", "one", status="ready")
    place.commit()
    return [("T-2", two), ("T-1", one)]


@CASES.named("some types", begin=configured("{mode: queue, types: [fix]}"))
def types(place):
    place.task("T-1", "a feature")
    fix = place.task("T-2", "a fix").replace("type: feature", "type: bugfix")
    place.write(".paircoder/tasks/T-2.task.md", fix)
    place.commit()
    return [("T-2", fix)]


@CASES.named("configuration that is committed counts, what is not does not")
def committed(place):
    place.write(".paircoder/config.yaml", "orchestrate:\n  hooks: route\n")
    one = place.task("T-1", "one")
    place.step("add", ".paircoder/tasks")
    place.step("commit", "--quiet", "--message", "work")
    place.commit("the configuration")
    place.task("T-2", "two")
    place.commit()
    assert place.kinds("T-2") == (["routed"] if place.hooked else []), place.events()
    return [("T-1", one)]


@CASES.named("configuration that cannot be read fails no commit")
def damaged(place):
    place.write(".paircoder/config.yaml", "orchestrate:\n  hooks: [\n")
    place.task("T-1", "one")
    ended = place.commit()
    assert len(ended.err.splitlines()) == place.hooked, str(ended)
    place.write(".paircoder/config.yaml", "orchestrate:\n  hooks: queue\n")
    place.commit()
    return [("T-1", place.task("T-1", "one"))]


@CASES.named("another folder for tasks", begin=configured("queue\n  tasks: work/items"))
def folder(place):
    place.task("T-1", "one", path=".paircoder/tasks/T-1.task.md")
    two = place.task("T-2", "two", path="work/items/T-2.task.md")
    place.commit()
    three = place.task("T-3", "three", path="elsewhere/T-3.task.md")
    place.write(".paircoder/config.yaml", "orchestrate:\n  hooks: queue\n  tasks: elsewhere\n")
    place.commit()
    four = place.task("T-4", "four", path="elsewhere/T-4.task.md")
    place.commit()
    return [("T-2", two), ("T-3", three), ("T-4", four)]
