#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a run folder whose load experiments are invented: every setting of the plans and every column,
six blocks, threads and loop. For looking at charts and report, and for their tests.

usage: simulated_load.py FOLDER [--blocks B]
"""
import argparse, csv, json, pathlib, random

COMMON = "block order seed scenario model allocator subject pid valid note".split()
LOAD = """connections active idle payload_bytes arrivals offered_per_second achieved_per_second
duration_seconds samples errors p50_ns p90_ns p99_ns p999_ns p9999_ns max_ns service_p50_ns service_p99_ns
service_p999_ns lateness_p99_ns lateness_max_ns server_cpu_seconds client_cpu_seconds
context_switches_voluntary context_switches_involuntary steal_seconds server_cpus client_cpus idle_wait
client_bound requests_offered requests_answered requests_lost requests_failed client_busy_ratio stack_bytes
loops work_cpu_us work_stack_bytes work_heap_bytes hold_bytes capacity_share rate_basis protocol work_slow_us
work_slow_every work_cache_bytes requests_per_connection overloaded utilisation lateness_p999_ns excursions_p99
excursions_p999 longest_stall_ns server_run_delay_seconds client_run_delay_seconds reply_delay_p99_ns
charged_bytes other_p50_ns other_p99_ns generator_stalls generator_longest_stall_ns
generator_stalled_seconds client_work_seconds both_cpu_seconds reconnects""".split()
SPECTRUM = """connections active idle payload_bytes arrivals offered_per_second idle_wait stack_bytes loops
work_cpu_us work_stack_bytes work_heap_bytes hold_bytes quantile latency_ns samples""".split()
QUANTILES = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999]

LIGHT = {}
REALISTIC = dict(work_cpu_us=20, work_stack_bytes=16384, work_heap_bytes=4096)
SLOW = [dict(work_cpu_us=5, work_slow_us=20000, work_slow_every=1000),
        dict(work_cpu_us=5, work_slow_us=2000, work_slow_every=100)]
CACHE = dict(work_cache_bytes=262144)
SHORT = dict(requests_per_connection=1)
MODELS = "threads", "loop"

# What a request costs each model's server, in us, and what its waiters hold of memory.
COST_US = {"threads": 6.6, "loop": 4.6}
WAITER_BYTES = {"threads": 33000, "loop": 4100}


def payload(size):
    return dict(payload_bytes=size)


def cost_us(model, work, active):
    cost = COST_US[model] * (1 + (0.5 if model == "threads" else 0.15) * min(active, 10000) / 10000)
    cost += work.get("work_cpu_us", 0) * 1.05 + work.get("work_cache_bytes", 0) / 262144 * 14
    cost += work.get("payload_bytes", 64) / 16384 * 9
    if "work_slow_every" in work:
        cost += work["work_slow_us"] / work["work_slow_every"]
    if work.get("requests_per_connection"):
        cost += 48 if model == "threads" else 22
    return cost


def sustained(model, work, active):
    return 0.93e6 / cost_us(model, work, active)


class Run:
    def __init__(self, blocks):
        self.random = random.Random(9)
        self.blocks = blocks
        self.latency, self.spectrum, self.throughput = [], [], []

    def wobble(self, spread=0.04):
        return self.random.lognormvariate(0, spread)

    def common(self, model, work, active, idle):
        row = dict(seed=9, scenario="echo", model=model, allocator="jemalloc", subject="echo-" + model,
                   pid=self.random.randint(1000, 9999), valid=1, connections=active + idle, active=active, idle=idle,
                   payload_bytes=64, idle_wait="spin", errors=0, steal_seconds=0, server_cpus=0, client_cpus=1,
                   work_cpu_us=0, work_stack_bytes=0, work_heap_bytes=0, hold_bytes=0, protocol="echo",
                   work_slow_us=0, work_slow_every=0, work_cache_bytes=0, requests_per_connection=0)
        row.update(work)
        return row

    def costs(self, row, model, work):
        active, seconds = row["active"], row["duration_seconds"]
        server = row["samples"] * cost_us(model, work, active) / 1e6 * self.wobble(0.02)
        client = row["samples"] * (4.4 if model == "threads" else 3.6) / 1e6 * self.wobble(0.02)
        row.update(server_cpu_seconds=server, client_cpu_seconds=seconds, client_work_seconds=client,
                   both_cpu_seconds=server + client, requests_offered=row["samples"],
                   requests_answered=row["samples"], requests_lost=0, requests_failed=0,
                   client_busy_ratio=client / seconds,
                   context_switches_voluntary=row["samples"] // 3, context_switches_involuntary=40,
                   server_run_delay_seconds=0.02 * seconds * self.wobble(0.4),
                   client_run_delay_seconds=0.001 * seconds * self.wobble(0.4),
                   charged_bytes=int(2.4e6 + (active + row["idle"]) * (WAITER_BYTES[model] + row["payload_bytes"])),
                   reconnects=row["samples"] if work.get("requests_per_connection") else 0)

    def closed(self, model, work, active):
        row = self.common(model, work, active, 0)
        depth = min(1, 0.35 + active / 40) * (0.75 if model == "threads" and active == 1 else 1)
        rate = 1e6 / cost_us(model, work, active) * depth * self.wobble()
        row.update(arrivals="closed", achieved_per_second=rate, duration_seconds=2, samples=int(rate * 2))
        self.costs(row, model, work)
        row["client_bound"] = int(model == "loop" and not work and 10 <= active <= 300)
        return row

    def open(self, model, work, active, idle, rate, basis, share):
        row = self.common(model, work, active, idle)
        utilisation = rate / sustained(model, work, active)
        queue = 1 / max(0.04, 1 - utilisation)
        base = cost_us(model, work, active) * 1e3 + 9000
        slow = work.get("work_slow_us", 0) * 1e3
        # A loop's other requests wait behind a slow one; threads take turns.
        behind = slow * rate / max(1, work.get("work_slow_every", 1)) / 1e9 if slow else 0
        p50 = (base + 900 * queue + idle / 20) * self.wobble()
        p99 = (base * 2.2 + 5500 * queue ** 1.3 + idle * (2 if model == "threads" else 0.3)) * self.wobble(0.12)
        p999 = p99 * (6 if model == "threads" else 4) * self.wobble(0.3)
        if slow:
            p50 *= 1 + (0.2 if model == "threads" else behind)
            p99 += slow * (0.1 if model == "threads" else 1.4) * self.wobble(0.1)
            p999 = max(p999, slow * (1.6 if model == "threads" else 2.1)) * self.wobble(0.1)
        overloaded = int(utilisation > 0.95 or (utilisation > 0.88 and self.random.random() < 0.4))
        if overloaded:
            p50, p99, p999 = 6e6 * self.wobble(0.6), 9e7 * self.wobble(0.5), 1.3e8 * self.wobble(0.5)
        seconds = min(20, max(4, 110000 / rate))
        excursions = int(rate * seconds / 1000 / 8 * self.wobble(0.3)) if not slow else int(rate * seconds / 3000)
        row.update(arrivals="poisson", offered_per_second=round(rate), rate_basis=basis, capacity_share=share,
                   achieved_per_second=rate * (0.94 if overloaded else 1), duration_seconds=seconds,
                   samples=int(rate * seconds), overloaded=overloaded, utilisation=utilisation,
                   p50_ns=p50, p90_ns=p50 * 1.6, p99_ns=p99, max_ns=p999 * 3, lateness_p99_ns=9000 * self.wobble(),
                   p999_ns=p999 if excursions >= 10 and rate * seconds >= 100000 else "",
                   service_p50_ns=p50 * 0.97, service_p99_ns=p99 * 0.96, lateness_p999_ns=24000 * self.wobble(0.2),
                   lateness_max_ns=160000 * self.wobble(0.4), excursions_p99=excursions * 10, excursions_p999=excursions,
                   longest_stall_ns=int((4e5 if not slow or model == "threads" else slow * 1.1) * self.wobble(0.7)),
                   reply_delay_p99_ns=4200 * self.wobble(0.2), generator_stalls=2,
                   generator_longest_stall_ns=int(9e4 * self.wobble(0.6)), generator_stalled_seconds=0.0002,
                   client_bound=int(rate * (4.4 if model == "threads" else 3.6) / 1e6 >= 0.5))
        if slow:
            row.update(other_p50_ns=p50 * 0.99, other_p99_ns=p99 * (0.4 if model == "threads" else 0.97))
        self.costs(row, model, work)
        return row

    def hold_up(self, row, ns):
        """One trial in which the hypervisor took the server's CPU away once."""
        row.update(longest_stall_ns=ns, server_run_delay_seconds=0.3, p999_ns="", excursions_p999=1)

    def open_settings(self):
        at = lambda work, active=100: min(sustained(model, work, active) for model in MODELS)
        for share in 0.1, 0.5, 0.75, 0.9:
            yield LIGHT, 100, 0, "equal_rate", share, at(LIGHT) * share
        for share in 0.5, 0.8:
            yield LIGHT, 100, 0, "equal_utilisation", share, None
        for share in 0.5, 0.75:
            yield REALISTIC, 100, 0, "equal_rate", share, at(REALISTIC) * share
        yield REALISTIC, 100, 0, "equal_utilisation", 0.75, None
        for work in SLOW + [CACHE, payload(16384), SHORT]:
            yield work, 100, 0, "equal_rate", 0.5, at(work) * 0.5
        for idle in 1000, 10000, 19800:
            yield LIGHT, 100, idle, "equal_rate", 0.5, at(LIGHT) * 0.5
        common = at(LIGHT, 10000) * 0.5
        for active in 100, 300, 1000, 10000:
            yield LIGHT, active, 0, "equal_rate", common / at(LIGHT, active), common

    def closed_settings(self):
        for active in 1, 10, 100, 300, 1000, 10000:
            yield LIGHT, active
        for active in 1, 10, 100, 1000:
            yield REALISTIC, active
        for work in payload(1024), payload(16384), CACHE, SHORT:
            yield work, 100

    def add(self, rows, row, block, order):
        row.update(block=block, order=order)
        rows.append(row)

    def trace(self, row):
        """Its spectrum: log-linear between the figures that it has."""
        known = [(0.5, row["p50_ns"]), (0.9, row["p90_ns"]), (0.99, row["p99_ns"]), (0.999, row["p999_ns"] or None),
                 (0, row["p50_ns"] * 0.6)]
        known = sorted((q, ns) for q, ns in known if ns)
        for q in QUANTILES:
            if q > known[-1][0]:
                break
            low = max(k for k in known if k[0] <= q)
            high = min((k for k in known if k[0] >= q), default=low)
            part = (q - low[0]) / (high[0] - low[0]) if high[0] > low[0] else 0
            ns = low[1] * (high[1] / low[1]) ** part
            self.spectrum.append({**{k: v for k, v in row.items() if k in COMMON or k in SPECTRUM},
                                  "quantile": q, "latency_ns": ns, "samples": int(row["samples"] * q)})

    def measure(self):
        for block in range(self.blocks):
            trials = [(setting, model) for setting in self.open_settings() for model in MODELS]
            self.random.shuffle(trials)
            for order, ((work, active, idle, basis, share, rate), model) in enumerate(trials):
                row = self.open(model, work, active, idle, rate or share * sustained(model, work, active), basis, share)
                if block == 2 and order % 11 == 0:
                    self.hold_up(row, int(3e7 + 1e6 * order))
                self.add(self.latency, row, block, order)
                self.trace(row)
            trials = [(setting, model) for setting in self.closed_settings() for model in MODELS]
            self.random.shuffle(trials)
            for order, ((work, active), model) in enumerate(trials):
                self.add(self.throughput, self.closed(model, work, active), block, order)


def text(value):
    return f"{value:.9g}" if isinstance(value, float) else value


def write(path, columns, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([text(row.get(column, "")) for column in columns] for row in rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--blocks", type=int, default=6)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    run = Run(arguments.blocks)
    run.measure()
    write(arguments.folder / "throughput.csv", COMMON + LOAD, run.throughput)
    write(arguments.folder / "latency.csv", COMMON + LOAD, run.latency)
    write(arguments.folder / "latency-spectrum.csv", COMMON + SPECTRUM, run.spectrum)
    machine = dict(hostname="simulated", synthetic="invented figures for the tests of charts and report", seed=9,
                   calibration=dict(round_trip_p50_ns=12100), started_utc="2026-01-02T03:04:05Z",
                   ended_utc="2026-01-02T03:24:05Z")
    (arguments.folder / "machine.json").write_text(json.dumps(machine, indent=2) + "\n")


if __name__ == "__main__":
    main()
