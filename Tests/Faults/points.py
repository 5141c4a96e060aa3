"""Strikes a scenario at every one of its effects, one run each, and checks what is left."""

import signal
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from invariants import hold_at_once, hold_in_the_end
from scenarios import approve, prepare
from stage import Stage

KINDS = ("kill", "fail", "full")


@dataclass(frozen=True)
class Point:
    kind: str
    number: int
    effect: str

    def __str__(self):
        return f"{self.kind}@{self.number} ({self.effect})"


def effects_of(ended):
    mark = "[effect] "
    return [line[len(mark) :] for line in ended.err.splitlines() if line.startswith(mark)]


def strike_everywhere(scenario, pair, jobs, keep, only=None):
    """Runs `scenario` with each fault; returns how many points there were, and what failed at which."""
    template = Stage(pair)
    try:
        prepare(scenario, template)
        names = count(scenario, template)
        points = [Point(kind, number, name) for kind in KINDS for number, name in enumerate(names, 1)]
        points = [point for point in points if only in (None, f"{point.kind}@{point.number}")]
        with ThreadPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(lambda point: strike(scenario, template, point, keep), points))
    finally:
        template.close()
    return len(points), [(point, why) for point, why in zip(points, outcomes) if why]


def count(scenario, template):
    """The names of the effects of `scenario` when nothing strikes."""
    stage = template.copy()
    try:
        approve(scenario, stage)
        before = stage.belongings()
        ended = run(scenario, stage, {"BPSAI_PAIR_TRACE": "1"})
        names = effects_of(ended)
        assert names, str(ended)
        hold_at_once(stage, before)
        recover(scenario, stage, before)
        return names
    finally:
        stage.close()


def run(scenario, stage, environment):
    command = [stage.pair_program, *scenario.command]
    return stage.start(command, environment=environment.items()).finish(120)


def recover(scenario, stage, before):
    ended = stage.pair(*scenario.recovery)
    assert ended.status in scenario.ends, str(ended)
    hold_in_the_end(scenario, stage, before)


def strike(scenario, template, point, keep):
    """None when all holds at `point`, else why not."""
    stage = template.copy()
    struck = None
    try:
        approve(scenario, stage)
        before = stage.belongings()
        fault = {"BPSAI_PAIR_TRACE": "1", "BPSAI_PAIR_FAULT": f"{point.kind}@{point.number}"}
        struck = run(scenario, stage, fault)
        assert len(effects_of(struck)) >= point.number, "it was never struck"
        assert (struck.status == -signal.SIGKILL) == (point.kind == "kill"), f"status {struck.status}"
        hold_at_once(stage, before)
        recover(scenario, stage, before)
        return None
    except Exception as error:
        words = "" if struck is None else "".join(line for line in struck.err.splitlines(True)[-6:])
        where = f"kept in {stage.root}\n" if keep else ""
        trace = "" if isinstance(error, AssertionError) else traceback.format_exc()
        return f"{error}\n{trace}{where}{words}"
    finally:
        if not keep:
            stage.close()


def strike_all(scenarios, pair, jobs, keep, only=None):
    """Strikes every scenario everywhere and tells; returns how many points held and how many did not."""
    total = failed = 0
    for scenario in scenarios:
        start = time.monotonic()
        points, failures = strike_everywhere(scenario, pair, jobs, keep, only)
        seconds = time.monotonic() - start
        print(f"{scenario.name}: {points} points, {len(failures)} failed, {seconds:.1f} s", flush=True)
        for point, why in failures:
            print(f"  {point}: {why}", flush=True)
        total += points
        failed += len(failures)
    return total - failed, failed
