#!/usr/bin/env python3
"""Times the start and end of one supervised program without walls, within Landlock and within bwrap besides.

    Benchmarks/sandbox.py PATH/TO/bpsai-pair [--rounds N]

`bpsai-pair supervise` of /bin/true, the whole process, in a home of 40 entries of which ten are hidden. All take turns
in every round; the difference of each to the one without walls in the same round is what counts, its median.
"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

from peer import scratch_environment

LIMITS = {"Landlock": 5.0, "bwrap, Landlock": 15.0}  # milliseconds more than without walls, at most


def milliseconds(command, folder, environment):
    # The pipe is the supervisor's lifeline.
    started = time.perf_counter()
    program = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.PIPE)
    status = program.wait()
    spent = (time.perf_counter() - started) * 1000
    program.stdin.close()
    if status != 0:
        raise SystemExit(f"{command}: status {status}")
    return spent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    program = options.program.resolve()

    # Of what stands beside a hidden folder and above it each costs some time, and /tmp may hold thousands.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as scratch:
        home = pathlib.Path(scratch) / "home"
        environment = scratch_environment(pathlib.Path(scratch))
        home.mkdir(exist_ok=True)
        for number in range(40):
            (home / f".entry-{number}").mkdir()
        (home / "work").mkdir()
        rules = [f"write={home}/work"] + [f"hide={home}/.entry-{number}" for number in range(10)]
        walls = {"no walls": [], "Landlock": ["landlock"] + rules}
        if bwrap := shutil.which("bwrap"):
            walls["bwrap, Landlock"] = [f"bwrap={bwrap}", "landlock", "network=loopback"] + rules
        commands = {
            name: [program, "supervise", "/dev/null", *(word for wall in words for word in ("--wall", wall)),
                   "--", "/bin/true"]
            for name, words in walls.items()
        }
        times = {name: [] for name in commands}
        for command in commands.values():
            milliseconds(command, home, environment)  # warm-up, not counted
        for _ in range(options.rounds):
            for name, command in commands.items():
                times[name].append(milliseconds(command, home, environment))

    print(f"one supervised /bin/true, medians of {options.rounds} rounds, interleaved")
    for name, values in times.items():
        more = statistics.median(value - base for value, base in zip(values, times["no walls"]))
        wanted = f"{more:+5.1f} ms (wanted: at most {LIMITS[name]:+.0f})" if name in LIMITS else ""
        print(f"  {name:16} {statistics.median(values):6.1f} ms   {wanted}")


if __name__ == "__main__":
    main()
