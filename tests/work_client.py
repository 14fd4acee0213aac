#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one asks of an echo server of ours that does work: work_client.py CASE PROGRAM [OPTION...].

A case ends with 0, or with the words that say what was wrong. No case looks at the time: work is
known by the processor time that the kernel accounts to the server, in amounts so far apart (50 ms
against a request's own fraction of one) that no neighbour makes one look like the other."""

import random
import socket
import sys
import time

from server_client import MASK, SIZE, Server, echo, is_drawn, leave, request

WORK_US = 50000


def cost(server, action):
    before = server.cpu_seconds()
    action()
    return server.cpu_seconds() - before


def cut(program, options):
    """Every byte comes back in order, however requests are split over sends, or merged."""
    choose = random.Random(1)
    with Server([program, "--request-size", "24", "--work-slow-us", "1", "--work-slow-every", "3"]
                + ["--work-spins-per-us", "10", "--work-cache", "1000"] + options) as server:
        with server.connect() as connection:
            for _ in range(300):
                echo(connection, choose.randbytes(choose.choice((1, 7, 8, 23, 24, 25, 100, 5000))))
            echo(connection, choose.randbytes(100000))


def per_request(program, options):
    """Work is done once a request is complete: neither per read nor before."""
    with Server([program, "--request-size", str(SIZE), "--work-cpu-us", str(WORK_US)]
                + options) as server, server.connect() as connection:
        assert int(server.stats()["work_spins_per_us"]) > 0
        single = cost(server, lambda: echo(connection, request(1)))
        part = cost(server, lambda: echo(connection, request(2)[:40]))
        rest = cost(server, lambda: [echo(connection, request(2)[i : i + 1]) for i in range(40, SIZE)])
        three = cost(server, lambda: echo(connection, request(3) + request(4) + request(5)))
    assert part < single / 4, f"a part cost {part} s, a request {single} s"
    assert single / 4 < rest < 4 * single, f"the rest cost {rest} s, a request {single} s"
    assert three > 1.5 * single, f"three cost {three} s, one {single} s"


def slow(program, options):
    """The requests that cost more are those that the seed and their numbers say."""
    for seed in (0, MASK):
        numbers = [connection << 40 | i for connection in (0, 5) for i in range(15)]
        expected = [number for number in numbers if is_drawn(seed, number, 4)]
        assert 0 < len(expected) < len(numbers)
        with Server([program, "--request-size", str(SIZE), "--work-slow-us", str(WORK_US)]
                    + ["--work-slow-every", "4", "--seed", str(seed)] + options) as server:
            with server.connect() as connection:
                found = [number for number in numbers
                         if cost(server, lambda: echo(connection, request(number)))
                         > WORK_US / 4e6]
        assert found == expected, f"{found} were slow where {expected} should be"


def connection_memory(program, options, option):
    """It comes and goes with each connection."""
    with Server([program, option, str(1 << 20)] + options) as server:
        before = int(server.stats()["heap_allocated_bytes"])
        connections = [server.connect() for _ in range(10)]
        for connection in connections:
            echo(connection, request(1))
        full = int(server.stats()["heap_allocated_bytes"])
        for connection in connections:
            connection.close()
        server.await_waiters(0)
        # The last of them gives its memory back after it has stopped waiting.
        for _ in range(6000):
            after = int(server.stats()["heap_allocated_bytes"])
            if after < before + (1 << 20):
                break
            time.sleep(0.01)
    assert full - before >= 10 << 20, f"ten connections took {full - before} bytes"
    assert after - before < 1 << 20, f"{after - before} bytes were left when they had gone"


def cache(program, options):
    """Memory to touch is the connection's own."""
    connection_memory(program, options, "--work-cache")


def hold(program, options):
    """So is what it holds."""
    connection_memory(program, options, "--hold")


def most_resident(program, options):
    """How many bytes of memory a server that serves one request has had at once, at the most, and
    how many of its heap are left."""
    with Server([program] + options) as server, server.connect() as connection:
        echo(connection, request(1))
        left = int(server.stats()["heap_allocated_bytes"])
        with open(f"/proc/{server.process.pid}/status") as file:
            most = next(line for line in file if line.startswith("VmHWM:"))
    return int(most.split()[1]) << 10, left


def touch(program, options):
    """Stack and heap are touched by a request, and the heap is given back."""
    none, before = most_resident(program, options)
    for option, size in (("--work-stack", 4 << 20), ("--work-heap", 16 << 20)):
        most, left = most_resident(program, options + [option, str(size)])
        assert most - none >= size / 2, f"{option}: {most - none} bytes where {size} are touched"
        assert left - before < size / 4, f"{option}: {left - before} bytes are left"


def host(program, options):
    """It listens where it is told, and nowhere else."""
    for here, elsewhere in (("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1")):
        given = [] if here == "127.0.0.1" else ["--host", here]
        with Server([program] + given + options) as server:
            echo_at(here, server.port)
            try:
                echo_at(elsewhere, server.port)
            except ConnectionRefusedError:
                continue
            sys.exit(f"--host {here} listens on {elsewhere}, too")


def echo_at(address, port):
    with socket.create_connection((address, port), timeout=60) as connection:
        echo(connection, b"hello")


def stack(program, options):
    """Each waiter's thread has a stack of that size, next to which the kernel maps nothing else."""
    size = 786432
    with Server([program, "--stack-size", str(size)] + options) as server:
        assert int(server.stats()["stack_bytes"]) == size
        connections = [server.connect() for _ in range(7)]
        server.await_waiters(7)
        with open(f"/proc/{server.process.pid}/maps") as file:
            areas = [[int(end, 16) for end in line.split()[0].split("-")] for line in file]
        for connection in connections:
            connection.close()
    lengths = [end - begin for begin, end in areas]
    # With or without the guard page, which is an area of its own.
    found = sum(size - 4096 <= length <= size + 4096 for length in lengths)
    assert found >= 7, f"{found} stacks of {size} bytes where there are 7 waiters: {lengths}"


def calls(program, options):
    """One read and one write per request, also where it is larger than a thread's first buffer."""
    requests = 200
    for size in (64, 1024, 16384):
        with Server([program] + options) as server, server.connect() as connection:
            echo(connection, bytes(size))
            before = server.calls()
            for i in range(requests):
                echo(connection, bytes([i]) * size)
            counted = [now - then for now, then in zip(server.calls(), before)]
        assert all(requests <= count < 1.25 * requests for count in counted), \
            f"{requests} requests of {size} bytes took {counted} reads and writes"


def one_by_one(server, count):
    for i in range(count):
        connection = server.connect()
        echo(connection, request(i))
        leave(connection, abruptly=i % 2)
    server.await_waiters(0)


def come_and_go(program, options):
    """Connections of one message, many in a row and many at once, leave nothing behind."""
    with Server([program, "--work-cache", "10000", "--hold", "1000"] + options) as server:
        one_by_one(server, 10)  # libuv opens a spare descriptor with a loop's first connection
        descriptors, threads = server.count("fd"), server.count("task")
        one_by_one(server, 2000)
        for _ in range(5):
            connections = [server.connect() for _ in range(100)]
            for connection in connections:
                echo(connection, request(1))
            assert server.waiters() == len(connections)
            for i, connection in enumerate(connections):
                leave(connection, abruptly=i % 2)
            server.await_waiters(0)
        # A thread ends, and a descriptor closes, after it has stopped waiting.
        for _ in range(6000):
            left = server.count("fd") - descriptors, server.count("task") - threads
            if left == (0, 0):
                return
            time.sleep(0.01)
        sys.exit(f"{left[0]} descriptors and {left[1]} threads are left")


def given(program, options):
    """`stats` says what was burnt with, where anything was to be burnt."""
    with Server([program] + options) as server:
        assert "work_spins_per_us" not in server.stats()
    with Server([program, "--work-cpu-us", "1", "--work-spins-per-us", "123"] + options) as server:
        assert server.stats()["work_spins_per_us"] == "123"


case, program, options = sys.argv[1], sys.argv[2], sys.argv[3:]
globals()[case](program, options)
