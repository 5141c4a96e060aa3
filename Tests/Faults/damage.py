"""What befalls a log from outside: gc and packing beside writers, objects that are gone, locks that stay."""

import threading

from scenarios import CLAUDE, TASK, Scenario, approve, prepare


def test_gc_packing_and_cloning_beside_runs_do_no_harm(stage):
    tasks = [f"TASK-{number:02}" for number in range(12)]
    stage.make_repository()
    for task in tasks:
        text = f"---\nid: {task}\ntitle: Greet\ntype: feature\ncomplexity: 75\n---\n\nGreet.\n"
        stage.write(f".paircoder/tasks/{task}.task.md", text)
    stage.commit("tasks")
    over = threading.Event()
    failures = []

    def repeat(*commands):
        number = 0
        while not over.is_set():
            number += 1
            for command in commands:
                ended = stage.run([word.format(number) for word in command])
                # Git itself cannot read a worktree that `git worktree add` is just making.
                if ended.status != 0 and "worktrees/" not in ended.err:
                    failures.append(str(ended))

    beside = [
        threading.Thread(target=repeat, args=(["git", "pack-refs", "--all"],)),
        threading.Thread(target=repeat, args=(["git", "gc", "--quiet"],)),
        threading.Thread(target=repeat, args=(["git", "clone", "--quiet", "--mirror", ".", f"{stage.root}/mirror-{{}}"],)),
    ]
    for thread in beside:
        thread.start()
    try:
        for task in tasks:
            ended = stage.pair("orchestrate", "--task", task, "--agent", "claude")
            assert ended.status == 0, str(ended)
    finally:
        over.set()
        for thread in beside:
            thread.join()
    for task in tasks:
        assert stage.events(task) == ["claimed", "started", "committed"], stage.events(task)
    assert not failures, failures[0]
    stage.git("fsck", "--connectivity-only")
    stage.git("gc", "--quiet", "--prune=now")


def test_a_log_whose_head_is_gone_goes_on_from_its_last_event(stage):
    run_once(stage)
    log = f"refs/paircoder/tasks/{TASK}"
    head = stage.git("rev-parse", log).strip()
    parent = stage.git("rev-parse", f"{log}~1").strip()
    forget(stage, head)
    shown = stage.pair("status")
    assert shown.status == 0 and "cannot be read" in shown.out, str(shown)
    ended = stage.pair(*CLAUDE)
    assert ended.status == 0 and "it goes on from 2 of its events" in ended.err, str(ended)
    assert parent in stage.git("rev-list", log).split()
    assert stage.events(TASK)[-1] == "committed", stage.events(TASK)
    stage.git("gc", "--quiet", "--prune=now")


def test_a_log_with_a_gap_keeps_the_events_on_both_sides(stage):
    run_once(stage)
    log = f"refs/paircoder/tasks/{TASK}"
    forget(stage, stage.git("rev-parse", f"{log}~1").strip())
    assert stage.pair("status").status == 0
    ended = stage.pair(*CLAUDE)
    assert ended.status == 0 and "it goes on from 1 of its events, and 1 later" in ended.err, str(ended)
    assert stage.events(TASK) == ["claimed", "committed"], stage.events(TASK)
    stage.git("gc", "--quiet", "--prune=now")
    assert len(stage.events(TASK)) == 2


def test_a_log_whose_files_are_gone_keeps_its_events(stage):
    run_once(stage)
    log = f"refs/paircoder/tasks/{TASK}"
    forget(stage, stage.git("rev-parse", f"{log}:outcome.json").strip())
    ended = stage.pair(*CLAUDE)
    assert ended.status == 0 and "and 1 later" in ended.err, str(ended)
    assert stage.events(TASK) == ["claimed", "started", "committed"], stage.events(TASK)


def test_whatever_object_is_damaged_the_next_run_ends_well(stage):
    scenario = Scenario("", CLAUDE)
    prepare(scenario, stage)
    start = stage.git("rev-parse", "HEAD").strip()
    ended = stage.pair(*CLAUDE)
    assert ended.status == 0, str(ended)
    ours = stage.git("for-each-ref", "--format=%(refname)", "refs/paircoder", "refs/notes", "refs/heads/paircoder").split()
    listed = stage.git("rev-list", "--objects", *ours, "--not", start).splitlines()
    for number, name in enumerate(line[:40] for line in listed):
        other = stage.copy()
        approve(scenario, other)
        try:
            if number % 2:
                forget(other, name)
            else:
                cut_off(other, name)
            for command in (["status"], ["cost"], [*CLAUDE, "--again"], [*CLAUDE, "--again"]):
                ended = other.pair(*command)
                assert ended.status == 0, f"{listed[number]}: {ended}"
        finally:
            other.close()


def test_locks_of_killed_processes_are_removed_and_told(stage):
    prepare(Scenario("", CLAUDE), stage)
    git = stage.repository / ".git"
    names = [f"refs/paircoder/tasks/{TASK}", f"refs/heads/paircoder/{TASK}", "refs/notes/paircoder"]
    for name in names:
        lock = git / f"{name}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
    ended = stage.pair(*CLAUDE)
    assert ended.status == 0 and ended.err.count("had left behind") == 3, str(ended)
    assert not stage.locks_left()


def run_once(stage):
    prepare(Scenario("", CLAUDE), stage)
    ended = stage.pair(*CLAUDE)
    assert ended.status == 0, str(ended)


def cut_off(stage, name):
    """Leaves half of a loose object."""
    file = stage.repository / ".git/objects" / name[:2] / name[2:]
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def forget(stage, name):
    """Deletes a loose object."""
    file = stage.repository / ".git/objects" / name[:2] / name[2:]
    file.chmod(0o600)
    file.unlink()


CASES = {name.removeprefix("test_").replace("_", " "): case for name, case in globals().items() if name.startswith("test_")}
