#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one asks of the server whose requests block: blocking_client.py CASE PROGRAM [OPTION...].

A case ends with 0, or with the words that say what was wrong. What must take long is known by the
least time that it takes, which no neighbour makes shorter; what must not, by what has not happened
yet: a call of half a minute that is not over."""

import select
import socket
import struct
import sys
import threading
import time

from server_client import MASK, SIZE, Server, echo, is_drawn, leave, receive, request

EVERY = 4
LONG_US = 30000000  # longer than any of this takes
SHORT_US = 30000
# Of the default seed.
BLOCKING = [number for number in range(100) if is_drawn(1, number, EVERY)]
QUICK = [number for number in range(100) if not is_drawn(1, number, EVERY)]


def start(program, options, us, *more, size=SIZE):
    return Server([program, "--request-size", str(size), "--block-us", str(us)]
                  + ["--block-every", str(EVERY), *more] + options)


def seconds(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def has_answer(connection):
    return bool(select.select([connection], [], [], 0)[0])


def blocked(server, count):
    """So many connections, each with a request that blocks."""
    connections = [server.connect() for _ in range(count)]
    for connection, number in zip(connections, BLOCKING):
        connection.sendall(request(number))
    return connections


def await_answers(connections):
    for connection in connections:
        receive(connection, SIZE)


def which(program, options):
    """Those that block are those that seed and number say."""
    for seed in (0, MASK):
        numbers = [connection << 40 | i for connection in (0, 5) for i in range(8)]
        expected = [number for number in numbers if is_drawn(seed, number, EVERY)]
        assert 0 < len(expected) < len(numbers)
        with start(program, options, SHORT_US, "--seed", str(seed)) as server:
            with server.connect() as connection:
                found = [number for number in numbers if blocks(connection, number)]
        assert found == expected, f"{found} blocked where {expected} should"


def blocks(connection, number):
    """Whether it takes so long each time: the machine may be slow, but not four times."""
    return all(seconds(lambda: echo(connection, request(number))) >= SHORT_US / 1e6
               for _ in range(4))


def free(program, options):
    """Others are not held up by calls, also where more wait for the pool than it has threads. And
    the server ends while they last."""
    server = start(program, options, LONG_US)
    waiting = blocked(server, 6)
    others = [server.connect() for _ in range(6)]
    for number in QUICK[:20]:
        for connection in others:
            echo(connection, request(number))
    assert not any(has_answer(connection) for connection in waiting), "a call was over too soon"
    end(server)


def end(server):
    """By the contract within a second; nobody is so slow that it takes as long as the call."""
    took = seconds(lambda: server.__exit__())
    assert took < LONG_US / 3e6, f"it took {took} s to end"


def end_inline(program, options):
    """It ends while its loops are all in a call."""
    server = start(program, options, LONG_US)
    waiting = blocked(server, 4)
    time.sleep(0.1)
    assert not any(has_answer(connection) for connection in waiting), "a call was over too soon"
    end(server)


def busy(program, options):
    """It ends with 0 while requests come and calls begin and end."""
    for _ in range(10):
        with start(program, options, 0) as server:
            connections = [server.connect() for _ in range(8)]
            for connection in connections:
                threading.Thread(target=keep_busy, args=(connection,), daemon=True).start()
            time.sleep(0.1)


def keep_busy(connection):
    requests = b"".join(map(request, range(50)))
    try:
        while True:
            connection.sendall(requests)
            receive(connection, len(requests))
    except (OSError, AssertionError):
        pass  # the server has ended


def held(program, options):
    """One call of a loop holds up everybody else of that loop, and nobody of another."""
    loops = 2 if options else 1
    with start(program, options, 600000) as server:
        connections = [server.connect() for _ in range(2 * loops)]
        for connection in connections:
            echo(connection, request(QUICK[0]))
        first, *foreign, same = connections[: loops + 1]
        # It may take the other one's request first, or have been kept from its work, but not each time.
        for _ in range(5):
            if holds_up(first, foreign, same):
                return
    sys.exit("a connection was answered during the call")


def holds_up(first, foreign, same):
    begin = time.monotonic()
    first.sendall(request(BLOCKING[0]))
    time.sleep(0.1)
    for connection in foreign:
        echo(connection, request(QUICK[1]))
    was_free = not has_answer(first)
    echo(same, request(QUICK[1]))
    was_held = has_answer(first)
    await_answers([first])
    assert time.monotonic() - begin >= 0.6, "the call was too short"
    return was_free and was_held


def together(program, options):
    """Calls of several connections go on at the same time: four take as long as one."""
    with start(program, options, 600000) as server:
        took = seconds(lambda: await_answers(blocked(server, 4)))
        assert 0.6 <= took < 4 * 0.6, f"four calls took {took} s"


def in_turn(program, options):
    """Calls wait for a thread of the pool: one more than there are take twice as long, and with a
    single thread each waits for the one before."""
    for size in (1, 3):
        with start(program, options, 200000, "--pool-size", str(size)) as server:
            took = seconds(lambda: await_answers(blocked(server, size + 1)))
            assert took >= 0.4, f"{size + 1} calls with a pool of {size} took {took} s"
    with start(program, options, 200000, "--pool-size", "1") as server:
        took = seconds(lambda: await_answers(blocked(server, 4)))
        assert took >= 0.8, f"four calls with a pool of 1 took {took} s"


def order(program, options):
    """Requests of a connection are answered in order: before a call, after it, after the next."""
    numbers = QUICK[:2] + BLOCKING[:1] + QUICK[2:4] + BLOCKING[1:2] + QUICK[4:5]
    stream = b"".join(map(request, numbers))
    with start(program, options, 500000) as server, server.connect() as connection:
        begin = time.monotonic()
        connection.sendall(stream)
        parts = [receive(connection, 2 * SIZE)]
        assert not has_answer(connection), "an answer overtook a call, or the machine stood still"
        parts.append(receive(connection, 3 * SIZE))
        assert time.monotonic() - begin >= 0.5, "the first call was too short"
        assert not has_answer(connection), "an answer overtook a call, or the machine stood still"
        parts.append(receive(connection, 2 * SIZE))
        assert time.monotonic() - begin >= 1, "the second call was too short"
        assert b"".join(parts) == stream, "other bytes came back"


def heap(server):
    return int(server.stats()["heap_allocated_bytes"])


def at_rest(server):
    """Its descriptors and threads, once they have been the same for a while: a thread ends some time
    after its client went."""
    alike, counts = 0, None
    while alike < 20:
        now = server.count("fd"), server.count("task")
        alike = alike + 1 if now == counts else 0
        counts = now
        time.sleep(0.01)
    return counts


def gone(program, options):
    """Clients that go away during a call, or while they wait for one, leave nothing behind."""
    with start(program, options, 2000, "--hold", "10000") as server:
        visit(server)
        fds, tasks = at_rest(server)
        before = heap(server), fds, tasks
        for _ in range(10):
            visit(server)
        # A thread ends, and memory is given back, after it has stopped waiting.
        for _ in range(6000):
            left = [now - then for now, then in
                    zip((heap(server), server.count("fd"), server.count("task")), before)]
            if left[0] < 100000 and left[1:] == [0, 0]:
                break
            time.sleep(0.01)
        else:
            sys.exit(f"{left} of heap, descriptors and threads are left")
        with server.connect() as connection:
            echo(connection, request(BLOCKING[0]))


def visit(server):
    """Twenty connections that leave before they are answered, with requests behind the one that
    blocks; one half of them abruptly."""
    connections = [server.connect() for _ in range(20)]
    for i, connection in enumerate(connections):
        connection.sendall(b"".join(map(request, BLOCKING[i % 5 :][:3] + QUICK[:3])))
    server.await_waiters(20)
    for i, connection in enumerate(connections):
        leave(connection, abruptly=i % 2)
    server.await_waiters(0)


class Flood:
    """A client that sends without reading, until its server has no room for another answer."""

    SIZE = 4096
    COUNT = 4000  # 16 MB: more than all of the two sockets' buffers take
    # As many as can be, for calls that come up while an answer waits.
    EVERY = ("--block-every", "2")

    def __init__(self, server):
        self.connection = socket.socket()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connection.connect(("127.0.0.1", server.port))
        self.sent = 0
        self.thread = threading.Thread(target=self.send, daemon=True)
        self.thread.start()

    def send(self):
        try:
            for number in range(self.COUNT):
                self.connection.sendall(request(number, self.SIZE))
                self.sent += 1
        except OSError:
            pass  # it has left

    def await_stop(self):
        """Until nothing more is sent for a while."""
        before = -1
        while before < self.sent:
            before = self.sent
            time.sleep(0.2)


    def leave(self):
        """With a RST. Closing alone would not end a send that waits."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.connection.close()


def flood(program, options):
    """A slow reader's answers come in order, with calls between them."""
    with start(program, options, 1, *Flood.EVERY, size=Flood.SIZE) as server:
        client = Flood(server)
        client.await_stop()
        assert client.sent < Flood.COUNT, "nothing has ever waited"
        client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        for number in range(Flood.COUNT):
            expected = request(number, Flood.SIZE)
            assert receive(client.connection, Flood.SIZE) == expected, "other bytes came back"
        client.thread.join()
        client.connection.close()


def flood_gone(program, options):
    """So does one leave that never reads, whatever waited for it: an answer, or a call behind it."""
    with start(program, options, 1, *Flood.EVERY, size=Flood.SIZE) as server:
        before = None
        for _ in range(3):
            client = Flood(server)
            client.await_stop()
            client.leave()
            server.await_waiters(0)
            before = before or heap(server)
        left = heap(server) - before
        assert left < Flood.SIZE, f"{left} bytes are left"


def threads(program, options):
    """All threads are there before the first connection: the main one, each loop's, the pool's."""
    for loops in (1, 3):
        for size, more in ((0, []), (1, ["--block-call", "pool", "--pool-size", "1"]),
                           (7, ["--block-call", "pool", "--pool-size", "7"])):
            with Server([program, "--loops", str(loops), *more] + options) as server:
                found = server.count("task") - int(server.stats().get("runtime_threads", 0))
                assert found == 1 + loops + size, f"{found} threads: {loops} loops, pool of {size}"


case, program, options = sys.argv[1], sys.argv[2], sys.argv[3:]
globals()[case](program, options)
