#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes until N waiters wait: ours beside the barest C program that makes the same.

The four programs take part in one run, in random order within each block, so that the machine's
moods meet them all. Prints the median of each and the ratio of ours to the bare one.
"""
import csv
import os
import statistics
import subprocess
import sys
import tempfile

WAITERS = 10000
BLOCKS = 7

build, ending = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
programs = {
    "threads": f"{build}/bench/echo-threads{ending}",
    "loop": f"{build}/bench/echo-loop{ending}",
    "bare-threads": f"{build}/tests/bare_threads",
    "bare-loop": f"{build}/tests/bare_loop",
}

with tempfile.TemporaryDirectory() as folder:
    run = os.path.join(folder, "run")
    command = [f"{build}/waitbench", "run", "--only", "memory", "--model", "none", "--output", run]
    command += ["--blocks", str(BLOCKS), "--waiters", str(WAITERS)]
    for name, program in programs.items():
        command += ["--subject", f"{name}={program}"]
    subprocess.run(command, check=True)
    with open(os.path.join(run, "memory.csv"), newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["valid"] == "1"]

seconds = {}
for row in rows:
    seconds.setdefault(row["subject"], []).append(float(row["spawn_seconds"]))
medians = {name: statistics.median(values) for name, values in seconds.items()}
for name in programs:
    print(f"{name:13} {medians[name] * 1e3:8.1f} ms for {WAITERS:,} waiters "
          f"({len(seconds[name])} trials, {min(seconds[name]) * 1e3:.1f} to "
          f"{max(seconds[name]) * 1e3:.1f})")
for name in ("threads", "loop"):
    print(f"{name}: {medians[name] / medians['bare-' + name]:.2f} times the bare one")
