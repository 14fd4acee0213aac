#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a run folder whose web and blocking trials are invented: every store, every way in which a loop calls
it, a pool of threads beside them, calls that block; and the plain server's load (simulated_load.py).
What is true of it is known: COST_US says who is faster, and by how much.

usage: simulated_web.py FOLDER [--blocks B] [--only WORKLOAD,...]     of echo, blocking, web-memory, web-sqlite, web-postgres
"""
import argparse, json, pathlib
from simulated_load import COMMON, LOAD, SPECTRUM, Run, write

OPTIONS = "store store_call store_connections store_delay_us pool_size block_us block_every block_call".split()
STORE = "store_connections_used store_cpus store_cpu_seconds".split()
MEMORY = """waiters_requested waiters threads stack_bytes warm work_stack_bytes work_heap_bytes hold_bytes user_bytes
heap_bytes kernel_stack_bytes page_table_bytes kernel_other_bytes total_bytes charged_bytes huge_page_bytes rss_bytes
spawn_seconds kernel_source listen_drops store store_call store_connections pool_size""".split()

CONNECTIONS = 16
INLINE, ASYNC, PIPELINE = dict(store_call="inline"), dict(store_call="async"), dict(store_call="pipeline")
POOL_4 = dict(store_call="pool", pool_size=4)
THREADS, BOUNDED = ("threads", {}), ("pool", dict(pool_size=32))

# The arms of each store, and what a request costs each one's server, in us.
COST_US = {
    "memory": [(THREADS, 12.0), (("loop", INLINE), 8.0), (BOUNDED, 15.0)],
    "sqlite": [(THREADS, 20.0), (("loop", INLINE), 15.0), (("loop", POOL_4), 31.0), (BOUNDED, 26.0)],
    "postgres": [(THREADS, 40.0), (("loop", ASYNC), 48.0), (("loop", PIPELINE), 30.0), (BOUNDED, 44.0)],
}
DELAYS_US = 100, 1000, 10000

# Calls that block, one request in so many for so long; who makes them, and what a request costs besides.
BLOCKS = dict(block_us=10000, block_every=100), dict(block_us=1000, block_every=100)
CALLERS = [(THREADS, 7.0), (("loop", dict(block_call="inline")), 5.0),
           (("loop", dict(block_call="pool", pool_size=4)), 5.2), (("loop", dict(block_call="pool", pool_size=128)), 5.2)]

# Bytes of one more waiter, of the process and of the kernel.
WAITER = {"threads": (14000, 25000), "loop": (2600, 3900), "pool": (2900, 3900)}


def sustained(cost_us, asked, way):
    """Requests a second: the CPU, the database's connections, or who blocks is the limit. Where a connection is
    handed from thread to thread it stands idle for a while: threads lose once connections are the limit."""
    rate = 0.93e6 / cost_us
    if "store_connections" in asked:
        handed = 1 if "store_call" in way else 1.25
        rate = min(rate, CONNECTIONS * 1e6 / (asked["store_delay_us"] + 180) / handed)
    if asked.get("block_us"):
        blocked = asked["block_us"] / asked["block_every"]
        if way.get("block_call") == "inline":
            rate = 0.93e6 / (cost_us + blocked)
        elif way.get("block_call") == "pool":
            rate = min(rate, way["pool_size"] * 1e6 / blocked)
    return rate


class WebRun(Run):
    def __init__(self, blocks):
        super().__init__(blocks)
        self.memory = []

    def server(self, scenario, arm, asked, active, idle):
        model, way = arm
        row = self.common(model, {}, active, idle)
        row.update(scenario=scenario, subject=f"{scenario}-{model}", **asked, **way)
        if scenario == "web":
            row.update(protocol="http", payload_bytes="")
        return row

    def pay(self, row, cost_us):
        super().costs({**row, "payload_bytes": 64}, "loop", {})
        seconds, samples = row["duration_seconds"], row["samples"]
        cpu = samples * cost_us / 1e6 * self.wobble(0.02)
        row.update(server_cpu_seconds=cpu, client_cpu_seconds=seconds, client_work_seconds=samples * 5e-6,
                   both_cpu_seconds=cpu + samples * 5e-6, requests_offered=samples, requests_answered=samples,
                   requests_lost=0, requests_failed=0, client_busy_ratio=0.3, reconnects=0,
                   charged_bytes=int(4e6 + row["active"] * sum(WAITER[row["model"]])))
        if "store_connections" in row:
            row.update(store_connections_used=min(CONNECTIONS, row["active"]), store_cpus="0",
                       store_cpu_seconds=samples * 30e-6 * self.wobble(0.02))

    def closed(self, scenario, arm, cost_us, asked, active):
        row = self.server(scenario, arm, asked, active, 0)
        depth = min(1, 0.35 + active / 40)
        rate = sustained(cost_us, asked, arm[1]) / 0.93 * depth * self.wobble()
        row.update(arrivals="closed", achieved_per_second=rate, duration_seconds=2, samples=int(rate * 2),
                   client_bound=0, p50_ns=active / rate * 1e9, p99_ns=active / rate * 4e9)
        self.pay(row, cost_us)
        return row

    def offered(self, scenario, arm, cost_us, asked, active, idle, rate, basis, share):
        row = self.server(scenario, arm, asked, active, idle)
        utilisation = rate / sustained(cost_us, asked, arm[1])
        queue = 1 / max(0.04, 1 - utilisation)
        base = cost_us * 1e3 + 9000 + 1e3 * asked.get("store_delay_us", 0)
        p50 = (base + 900 * queue + idle / 20) * self.wobble()
        p99 = (base * 2.2 + 5500 * queue ** 1.3 + idle * (2 if arm[0] == "threads" else 0.3)) * self.wobble(0.08)
        p999 = 4 * p99 * self.wobble(0.2)
        overloaded = int(utilisation > 0.97)
        if overloaded:
            p50, p99, p999 = 6e6 * self.wobble(0.6), 9e7 * self.wobble(0.5), 1.3e8 * self.wobble(0.5)
        seconds = min(20, max(4, 110000 / rate))
        samples = int(rate * seconds)
        row.update(arrivals="poisson", offered_per_second=round(rate), rate_basis=basis, capacity_share=share,
                   achieved_per_second=rate * (0.94 if overloaded else 1), duration_seconds=seconds, samples=samples,
                   overloaded=overloaded, utilisation=utilisation, p50_ns=p50, p90_ns=p50 * 1.6, p99_ns=p99,
                   p999_ns=p999 if samples >= 100000 else "", max_ns=p999 * 3, service_p50_ns=p50 * 0.97,
                   service_p99_ns=p99 * 0.96, lateness_p99_ns=3000 * self.wobble(), lateness_p999_ns=9000,
                   lateness_max_ns=160000, excursions_p99=200, excursions_p999=20, longest_stall_ns=400000,
                   reply_delay_p99_ns=4200, generator_stalls=2, generator_longest_stall_ns=90000,
                   generator_stalled_seconds=0.0002, client_bound=0)
        if asked.get("block_us"):
            self.block(row, arm[1], asked)
        self.pay(row, cost_us)
        return row

    def block(self, row, way, asked):
        """What calls that block do to the others, and to themselves."""
        block_ns, call = 1e3 * asked["block_us"], way.get("block_call")
        calls = row["offered_per_second"] / asked["block_every"] * asked["block_us"] / 1e6
        full = call == "pool" and calls > 0.85 * way["pool_size"]
        inline = call == "inline"
        row.update(other_p50_ns=(0.35 * block_ns if inline else row["p50_ns"]) * self.wobble(),
                   other_p99_ns=(2.2 * block_ns if inline else 1.1 * row["p99_ns"]) * self.wobble(0.08))
        row.update(p50_ns=row["other_p50_ns"], p90_ns=1.6 * row["other_p50_ns"], p99_ns=max(row["other_p99_ns"], block_ns) * 1.02,
                   p999_ns=block_ns * (3 if inline else 6 if full else 1.1) * self.wobble(0.1))

    def web_settings(self):
        """(asked, cost of each arm) of each store, and with delays."""
        for store, arms in COST_US.items():
            database = dict(store_connections=CONNECTIONS, store_delay_us=0) if store == "postgres" else {}
            yield dict(store=store, **database), arms
        for delay in DELAYS_US:
            yield dict(store="postgres", store_connections=CONNECTIONS, store_delay_us=delay), COST_US["postgres"]

    def closed_trials(self):
        for asked, arms in self.web_settings():
            for active in (100,) if asked.get("store_delay_us") else (1, 10, 100, 1000):
                for arm, cost in arms:
                    yield "web", arm, cost, asked, active
        for asked in BLOCKS:
            for arm, cost in CALLERS:
                yield "blocking", arm, cost, asked, 100

    def open_trials(self):
        for asked, arms in self.web_settings():
            slowest = min(sustained(cost, asked, arm[1]) for arm, cost in arms)
            shares = [("equal_rate", 0.5)] if asked.get("store_delay_us") else \
                [("equal_rate", 0.4), ("equal_rate", 0.6), ("equal_utilisation", 0.6)]
            for basis, share in shares:
                for arm, cost in arms:
                    rate = share * (slowest if basis == "equal_rate" else sustained(cost, asked, arm[1]))
                    yield "web", arm, cost, asked, 100, 0, rate, basis, share
            if asked["store"] == "sqlite":
                for arm, cost in arms:
                    yield "web", arm, cost, asked, 100, 1000, 0.4 * slowest, "equal_rate", 0.4
        for asked in BLOCKS:
            slowest = min(sustained(cost, asked, arm[1]) for arm, cost in CALLERS)
            fastest = sustained(5.2, asked, dict(block_call="pool", pool_size=4))
            for rate in (0.5 * slowest, 0.8 * slowest, 0.95 * fastest) if asked is BLOCKS[0] else (0.5 * slowest,):
                for arm, cost in CALLERS:
                    yield "blocking", arm, cost, asked, 100, 0, rate, "equal_rate", rate / slowest

    def add_all(self, rows, trials, block, first, measure):
        trials = list(trials)
        self.random.shuffle(trials)
        for order, trial in enumerate(trials):
            row = measure(*trial)
            self.add(rows, row, block, first + order)
            if rows is self.latency:
                self.trace(row)

    def trace(self, row):
        first = len(self.spectrum)
        super().trace(row)
        for traced in self.spectrum[first:]:
            traced.update({key: row[key] for key in OPTIONS if key in row})

    def waiters(self, block):
        for warm in 0, 1:
            for waiters in 100, 300, 1000, 3000:
                for model, way in THREADS, ("loop", INLINE), ("pool", dict(pool_size=32)):
                    user, kernel = (bytes * waiters * self.wobble(0.01) for bytes in WAITER[model])
                    user = int(user * (1.5 if warm else 1) + 2e6)
                    row = dict(seed=9, scenario="web", model=model, allocator="jemalloc", subject="web-" + model, pid=1,
                               valid=1, waiters_requested=waiters, waiters=waiters, threads=1, warm=warm,
                               work_stack_bytes=0, work_heap_bytes=0, hold_bytes=0, user_bytes=user, heap_bytes=user // 2,
                               kernel_stack_bytes=int(kernel * 0.6), page_table_bytes=int(kernel * 0.1),
                               kernel_other_bytes=int(kernel * 0.3), huge_page_bytes=0, rss_bytes=int(user * 1.2),
                               spawn_seconds=waiters * 2e-5, kernel_source="cgroup-v2", store="sqlite", **way)
                    row["total_bytes"] = sum(row[part + "_bytes"] for part in
                                             ("user", "kernel_stack", "page_table", "kernel_other"))
                    row["charged_bytes"] = row["total_bytes"]
                    self.add(self.memory, row, block, len(self.memory))

    def measure(self):
        first = 10000
        for block in range(self.blocks):
            self.add_all(self.throughput, self.closed_trials(), block, first, self.closed)
            self.add_all(self.latency, self.open_trials(), block, first, self.offered)
            self.waiters(block)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--blocks", type=int, default=6)
    parser.add_argument("--only", default="echo,blocking,web-memory,web-sqlite,web-postgres")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    only = arguments.only.split(",")
    web, echo = WebRun(arguments.blocks), Run(arguments.blocks)
    web.measure()
    if "echo" in only:
        echo.measure()
    of = lambda row: row["scenario"] + ("-" + row["store"] if "store" in row else "")
    for rows in web.memory, web.throughput, web.latency, web.spectrum:
        rows[:] = [row for row in rows if of(row) in only]
    write(arguments.folder / "memory.csv", COMMON + MEMORY, web.memory)
    write(arguments.folder / "throughput.csv", COMMON + LOAD + OPTIONS + STORE, echo.throughput + web.throughput)
    write(arguments.folder / "latency.csv", COMMON + LOAD + OPTIONS + STORE, echo.latency + web.latency)
    write(arguments.folder / "latency-spectrum.csv", COMMON + SPECTRUM + OPTIONS, echo.spectrum + web.spectrum)
    machine = dict(hostname="simulated", synthetic="invented figures for the tests of charts and report", seed=9,
                   calibration=dict(round_trip_p50_ns=12100), started_utc="2026-01-02T03:04:05Z",
                   ended_utc="2026-01-02T03:24:05Z")
    (arguments.folder / "machine.json").write_text(json.dumps(machine, indent=2) + "\n")


if __name__ == "__main__":
    main()
