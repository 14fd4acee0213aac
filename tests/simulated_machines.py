#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of machines that do not exist, to compare: echo's memory and loads, eight blocks of each.

usage: simulated_machines.py FOLDER LABEL [KEY=VALUE...]

FACTOR=X makes threads X times as slow as the loop (1.5), at every load; NOISE=X is the standard deviation of
what a trial sees, as a share (0.02). SEED=N draws other trials. Any other key is a path in machine.json
(kernel.release=6.6, cgroup.cpu_quota=0.50 CPUs, started_utc=...); a number is written as one.
"""
import csv
import json
import math
import pathlib
import random
import sys

BLOCKS = 8
BEGIN = "block order seed scenario model allocator subject pid valid note".split()
MEMORY = BEGIN + """waiters_requested waiters threads stack_bytes warm work_stack_bytes work_heap_bytes hold_bytes user_bytes
 heap_bytes kernel_stack_bytes page_table_bytes kernel_other_bytes total_bytes charged_bytes huge_page_bytes rss_bytes
 spawn_seconds kernel_source""".split()
LOAD = BEGIN + """connections active idle payload_bytes work_cpu_us arrivals offered_per_second achieved_per_second samples p50_ns
 p99_ns p999_ns server_cpu_seconds duration_seconds lateness_p99_ns client_bound rate_basis capacity_share utilisation
 overloaded""".split()


def machine(label, settings):
    json_text = {
        "format_version": 2, "label": label, "hostname": label, "started_utc": "2026-01-02T03:04:05Z",
        "ended_utc": "2026-01-02T03:14:05Z", "waitbench_version": "1", "measurement_version": 4, "seed": 1,
        "cpu": {"model": "Simulated CPU", "logical_cpus": 2}, "memory": {"total_bytes": 8 << 30},
        "kernel": {"release": "6.1"}, "software": {"libuv": "1.44.2"}, "cgroup": {"cpu_quota": "none"},
        "placement": {"server_cpus": "0", "client_cpus": "1", "shared": False},
        "calibration": {"round_trip_p50_ns": 17000},
    }
    for path, value in settings.items():
        *parents, key = path.split(".")
        at = json_text
        for parent in parents:
            at = at.setdefault(parent, {})
        at[key] = int(value) if value.isdigit() else value
    return json_text


class Trials:
    """Rows of one run, with the noise of a machine that is quiet."""

    def __init__(self, factor, noise, seed):
        self.factor, self.noise, self.random = factor, noise, random.Random(seed)

    def seen(self, truth):
        return round(truth * math.exp(self.random.gauss(0, self.noise)), 3)

    def begin(self, block, model):
        return dict(block=block, order=1, seed=1, scenario="echo", model=model, allocator="jemalloc",
                    subject="echo-" + model, pid=1, valid=1, note="")

    def memory(self, block, model, waiters):
        user, kernel = (8000, 24000) if model == "threads" else (300, 3700)
        user, kernel = round(self.seen(user * waiters + 9e5)), round(self.seen(kernel * waiters + 1e5))
        return dict(self.begin(block, model), waiters_requested=waiters, waiters=waiters,
                    threads=waiters if model == "threads" else 1, stack_bytes="", warm=0, work_stack_bytes=0,
                    work_heap_bytes=0, hold_bytes=0, user_bytes=user, heap_bytes=user // 2, kernel_stack_bytes=0,
                    page_table_bytes=0, kernel_other_bytes=kernel, total_bytes=user + kernel, charged_bytes="",
                    huge_page_bytes=0, rss_bytes=user, spawn_seconds=1, kernel_source="cgroup-v2")

    def load(self, block, model, active, share=None):
        slow = self.factor if model == "threads" else 1
        capacity = 50000 / slow
        rate = share * 50000 / max(self.factor, 1) if share else ""
        achieved = self.seen(capacity) if not share else rate
        wait = 1 / (1 - min(0.95, rate / capacity)) if share else active / 4
        return dict(self.begin(block, model), connections=active, active=active, idle=0, payload_bytes=64, work_cpu_us=0,
                    arrivals="poisson" if share else "closed", offered_per_second=rate, achieved_per_second=achieved,
                    samples=1000000, p50_ns=self.seen(20000 * slow * wait), p99_ns=self.seen(90000 * slow * wait),
                    p999_ns=self.seen(200000 * slow * wait), server_cpu_seconds=self.seen(10 * achieved * slow / 50000),
                    duration_seconds=10, lateness_p99_ns=1000, client_bound=0, rate_basis="equal_rate" if share else "",
                    capacity_share=share or "", utilisation=rate / capacity if share else "", overloaded=0)


def write(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    folder, label = pathlib.Path(sys.argv[1]), sys.argv[2]
    settings = dict(argument.split("=", 1) for argument in sys.argv[3:])
    trials = Trials(*(float(settings.pop(key, usual)) for key, usual in (("FACTOR", 1.5), ("NOISE", 0.02), ("SEED", 1))))
    folder.mkdir(parents=True)
    (folder / "machine.json").write_text(json.dumps(machine(label, settings)), encoding="utf-8")
    arms = [(block, model) for block in range(BLOCKS) for model in ("threads", "loop")]
    write(folder / "memory.csv", MEMORY, [trials.memory(*arm, n) for arm in arms for n in (100, 500, 1000, 2000)])
    write(folder / "throughput.csv", LOAD, [trials.load(*arm, active) for arm in arms for active in (1, 10, 100, 1000)])
    write(folder / "latency.csv", LOAD, [trials.load(*arm, 100, share) for arm in arms for share in (0.1, 0.5, 0.8)])


main()
