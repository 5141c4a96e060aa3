"""What the benchmarks share: the original PairCoder as a peer, and a stopwatch for whole processes."""

import subprocess
import sys
import time

ORIGINAL = "bpsai-pair==2.9.2"


def original_program(folder):
    program = folder / "bin" / "bpsai-pair"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", ORIGINAL], check=True)
    return program


def seconds(command, repository, environment):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True)
    elapsed = time.perf_counter() - start
    # 69 is our status where no agent is installed; the ranking is printed all the same.
    if done.returncode not in (0, 69):
        sys.exit(f"{command[0]} ended with status {done.returncode}:\n{done.stderr.decode()}")
    return elapsed
