#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a run folder of our two programs, the control and many runtimes, whose figures are invented: memory,
throughput, latency. What is true of it is known: PROGRAMS says what each costs.

usage: simulated_runtimes.py FOLDER [--blocks B] [--count N] [--bare] [--long]
       --count N   the first N of the foreign programs; more than there are come again under other names
       --bare      as `waitbench run --subject` writes it: no pairs, nothing in machine.json
       --long      names of 40 characters
"""
import argparse, json, pathlib
from simulated_load import COMMON, LOAD, SPECTRUM, Run, write

MEMORY = """waiters_requested waiters threads stack_bytes warm work_stack_bytes work_heap_bytes hold_bytes user_bytes
heap_bytes kernel_stack_bytes page_table_bytes kernel_other_bytes total_bytes charged_bytes huge_page_bytes rss_bytes
spawn_seconds kernel_source listen_drops runtime runtime_threads pair""".split()
LAST = "runtime runtime_threads pair".split()

# Name: model, pair; a waiter's bytes of user pages, kernel stack, page tables and other kernel memory; a request's CPU
# in us; what its latency takes more than the bare round trip's, in us; how long a waiter takes to begin, in us.
PROGRAMS = {
    "echo-threads":        ("threads", "c", 12600, 16384, 4200, 11200, 6.6, 12, 24),
    "echo-loop":           ("loop", "c", 260, 0, 8, 3900, 4.6, 10, 9),
    "echo-loops":          ("loops", "c", 270, 0, 8, 3900, 4.7, 10, 9),
    "python-threading":    ("threads", "python", 22800, 16384, 4300, 11400, 39, 60, 110),
    "python-asyncio":      ("loop", "python", 6900, 0, 20, 3900, 61, 85, 95),
    "python-asyncio-protocol": ("loop", "", 4100, 0, 16, 3900, 29, 45, 60),
    "python-uvloop":       ("loop", "", 2900, 0, 12, 3900, 14, 25, 35),
    "c-epoll":             ("loop", "", 96, 0, 4, 3900, 4.1, 9, 8),
    "c-epoll-pool":        ("pool", "", 110, 2, 5, 3950, 5.9, 13, 9),
    "c-io-uring":          ("loop", "", 4300, 0, 12, 4600, 3.9, 9, 10),
    "c-state-threads":     ("coroutines", "", 66100, 0, 150, 3900, 5.1, 11, 14),
    "c-ucontext":          ("coroutines", "", 4400, 0, 40, 3900, 5.0, 11, 12),
    "go":                  ("goroutines", "", 6700, 10, 20, 3900, 9.4, 19, 15),
    "erlang":              ("processes", "", 11200, 0, 30, 3900, 24, 41, 40),
    "node":                ("loop", "", 5600, 0, 20, 3900, 17, 33, 30),
    "java-threads":        ("threads", "java", 41000, 16384, 8400, 12100, 10.5, 24, 60),
    "java-virtual-threads": ("virtual threads", "java", 9800, 0, 40, 3900, 13, 30, 22),
    "rust-threads":        ("threads", "rust", 9000, 16384, 4200, 11200, 6.5, 12, 24),
    "rust-tokio":          ("loop", "rust", 1100, 0, 10, 3900, 6.3, 14, 10),
    "ruby-threads":        ("threads", "", 31000, 16384, 6400, 11500, 55, 96, 130),
    "lua-coroutines":      ("coroutines", "", 1900, 0, 12, 3900, 12, 22, 18),
    "perl-fork":           ("processes", "", 240000, 16384, 92000, 21000, 31, 44, 420),
    "ocaml-lwt":           ("loop", "", 1500, 0, 12, 3900, 11, 21, 15),
}
OURS = 3
CONTROL = ("sockets", "c", 40, 0, 1, 3800, 0, 0, 7)
WAITERS = 0, 250, 500, 1000, 2000
ABOUT = {"threads": "a thread for each connection", "loop": "an event loop", "pool": "a pool of threads"}


def named(count, bare, long):
    """(name, program) of ours and of `count` foreign ones."""
    programs = list(PROGRAMS.items())
    foreign = programs[OURS:]
    for name, program in programs[:OURS - 1 if bare else OURS]:
        yield name, program
    for i in range(count):
        name, program = foreign[i % len(foreign)]
        name += f"-{i // len(foreign) + 1}" if i >= len(foreign) else ""
        if long:
            name = f"{name}-{'with-a-name-that-nobody-can-remember' * 2}"[:38] + f"{i:02}"
        yield name, program[:1] + ("",) + program[2:] if bare else program


class RuntimesRun(Run):
    def __init__(self, blocks, programs, bare):
        super().__init__(blocks)
        self.memory, self.programs, self.bare = [], dict(programs), bare

    def who(self, row, name):
        model, pair = self.programs[name][:2]
        ours = name.startswith("echo-")
        row.update(subject="echo-loop" if model == "loops" else name, model=model, allocator="jemalloc" if ours else "",
                   runtime="pthreads" if ours else f"{name} 1.2.3", runtime_threads=0 if ours else 4, pair=pair,
                   loops=2 if model == "loops" else "")

    def waiters(self, name, program, count, warm):
        row = dict(seed=9, scenario="echo", pid=self.random.randint(1000, 9999), valid=1, waiters_requested=count,
                   waiters=count, threads=count + 2, warm=warm, work_stack_bytes=0, work_heap_bytes=0, hold_bytes=0,
                   kernel_source="cgroup-v2", listen_drops=0, huge_page_bytes=0)
        self.who(row, name)
        user, stack, tables, other = (base + count * (bytes + (900 * warm if i == 0 else 0)) * self.wobble(0.01)
                                      for i, (base, bytes) in enumerate(zip((9e6, 80000, 90000, 700000), program[2:6])))
        parts = dict(user_bytes=user, kernel_stack_bytes=stack, page_table_bytes=tables, kernel_other_bytes=other)
        row.update({key: int(value) for key, value in parts.items()}, heap_bytes="", total_bytes=int(sum(parts.values())))
        row.update(charged_bytes=int(row["total_bytes"] * 0.99), rss_bytes=row["user_bytes"] + 1000000,
                   spawn_seconds=0.001 + count * program[8] / 1e6 * self.wobble(0.06))
        return row

    def load(self, name, program, active, idle):
        row = self.common("loop", {}, active, idle)
        self.who(row, name)
        return row

    def pay(self, row, program):
        samples, seconds = row["samples"], row["duration_seconds"]
        cpu = samples * program[6] / 1e6 * self.wobble(0.02)
        row.update(server_cpu_seconds=cpu, client_cpu_seconds=seconds, client_work_seconds=samples * 4e-6,
                   both_cpu_seconds=cpu + samples * 4e-6, requests_offered=samples, requests_answered=samples,
                   requests_lost=0, requests_failed=0, client_busy_ratio=0.4, client_bound=0,
                   charged_bytes=int(1e7 + (row["active"] + row["idle"]) * sum(program[2:6])))

    def closed(self, name, program, active):
        row = self.load(name, program, active, 0)
        rate = min(1e6 / program[6], active * 1e6 / (program[6] + program[7] + 20)) * self.wobble()
        row.update(arrivals="closed", achieved_per_second=rate, duration_seconds=2, samples=int(rate * 2))
        self.pay(row, program)
        return row

    def open(self, name, program, active, idle, rate, basis, share):
        row = self.load(name, program, active, idle)
        utilisation = rate * program[6] / 0.93e6
        queue = 1 / max(0.04, 1 - utilisation)
        p50 = (12 + program[7] + 0.9 * queue) * 1e3 * self.wobble()
        p99 = p50 * (1.8 + 0.4 * queue) * self.wobble(0.12)
        if utilisation > 0.97:
            p50, p99 = 6e6 * self.wobble(0.6), 9e7 * self.wobble(0.5)
        seconds = min(20, max(4, 110000 / rate))
        samples = int(rate * seconds)
        row.update(arrivals="poisson", offered_per_second=round(rate), rate_basis=basis, capacity_share=share,
                   achieved_per_second=rate, duration_seconds=seconds, samples=samples, overloaded=int(utilisation > 0.97),
                   utilisation=utilisation, p50_ns=p50, p90_ns=p50 * 1.6, p99_ns=p99, max_ns=p99 * 9,
                   p999_ns=p99 * 3 * self.wobble(0.3) if samples >= 100000 else "", service_p50_ns=p50 * 0.97,
                   service_p99_ns=p99 * 0.96, lateness_p99_ns=3000, lateness_p999_ns=9000, lateness_max_ns=160000,
                   excursions_p99=200, excursions_p999=20, longest_stall_ns=400000, reply_delay_p99_ns=4200,
                   generator_stalls=2, generator_longest_stall_ns=90000, generator_stalled_seconds=0.0002)
        self.pay(row, program)
        return row

    def settings(self, programs):
        """The rates of ours, and one that the slowest of all keeps up with."""
        ours = min(0.93e6 / program[6] for name, program in programs if name.startswith("echo-"))
        slowest = min(0.93e6 / program[6] for _, program in programs)
        for share in 0.1, 0.5, 0.75:
            yield 100, 0, ours * share, "equal_rate", share
        yield 100, 0, slowest * 0.5, "common_rate", 0.5
        yield 100, 5000, ours * 0.1, "equal_rate", 0.1

    def measure(self):
        programs = list(self.programs.items())
        self.programs["echo-sockets"] = CONTROL
        for block in range(self.blocks):
            order = 0
            for warm in 0, 1:
                for name, program in self.programs.items():
                    for count in WAITERS:
                        if name != "echo-sockets" or not warm:
                            self.add(self.memory, self.waiters(name, program, count, warm), block, order)
                        order += 1
            for name, program in programs:
                for active in 1, 10, 100, 1000:
                    self.add(self.throughput, self.closed(name, program, active), block, order)
                    order += 1
                for setting in self.settings(programs):
                    row = self.open(name, program, *setting)
                    self.add(self.latency, row, block, order)
                    self.trace(row)
                    order += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--blocks", type=int, default=6)
    parser.add_argument("--count", type=int, default=len(PROGRAMS) - OURS)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--long", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    run = RuntimesRun(arguments.blocks, named(arguments.count, arguments.bare, arguments.long), arguments.bare)
    foreign = [name for name in run.programs if not name.startswith("echo-")]
    run.measure()
    last = [] if arguments.bare else LAST
    memory = [column for column in MEMORY if not arguments.bare or column not in LAST]
    write(arguments.folder / "memory.csv", COMMON + memory, run.memory)
    write(arguments.folder / "throughput.csv", COMMON + LOAD + last, run.throughput)
    write(arguments.folder / "latency.csv", COMMON + LOAD + last, run.latency)
    write(arguments.folder / "latency-spectrum.csv", COMMON + SPECTRUM, run.spectrum)
    machine = dict(hostname="simulated", synthetic="invented figures for the tests of charts and report", seed=9,
                   calibration=dict(round_trip_p50_ns=12100), started_utc="2026-01-02T03:04:05Z",
                   ended_utc="2026-01-02T03:24:05Z", waitbench_version="0.1.0")
    if arguments.bare:
        machine["subjects"] = foreign
    else:
        machine["runtimes"] = {name: dict(about=f"{name.split('-')[0].capitalize()}, {ABOUT.get(run.programs[name][0], run.programs[name][0])}",
                                          version=f"{name} 1.2.3") for name in foreign}
    (arguments.folder / "machine.json").write_text(json.dumps(machine, indent=2) + "\n")


if __name__ == "__main__":
    main()
