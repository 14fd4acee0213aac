#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What web servers of ours are asked and sent: web_client.py BENCH CASE[,CASE...] [OPTION...].

BENCH is the folder of their programs. Each half has the cases, with these options and its own, all of
them at the same time, as much of it is waiting; what they have to say is printed behind the half's name.
What a case may take is bounded by minutes, so that no neighbour makes it fail."""

import glob
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from server_client import Server, leave

ROWS = 1000
# Pools are small, so that it shows when one of their threads is held.
HALVES = {
    "threads": [], "loop": [], "loops": ["--loops", "2"], "pool": ["--pool-size", "2"],
    "loop and pool": ["--store-call", "pool", "--pool-size", "2"],
}
REASONS = {
    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    413: "Content Too Large", 417: "Expectation Failed", 431: "Request Header Fields Too Large", 501: "Not Implemented",
    503: "Service Unavailable", 505: "HTTP Version Not Supported",
}
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


def program_of(half):
    """With the C library's allocator, which every build has."""
    model = "loop" if half.startswith("loop") else half
    return f"{bench}/web-{model}-libc"


def ask_for(row):
    return f"GET /item/{row} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def text_reply(code, line=""):
    """The whole reply, as it is written down in bench/README.md."""
    reason = REASONS[code]
    allow = "Allow: GET, HEAD\r\n" if code == 405 else ""
    return (f"HTTP/1.1 {code} {reason}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(reason) + 1}\r\n{allow}{line}\r\n{reason}\n").encode()


def refusal(code):
    return text_reply(code, "Connection: close\r\n")


def row_reply(row, letters):
    return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 48\r\n\r\n"
            + f'{{"a": "{row:010d}", "b": "{letters}"}}'.encode())


def read_reply(connection):
    """One response with a Content-Length, whole; b"" at the connection's end."""
    received = b""
    while b"\r\n\r\n" not in received:
        # No byte of the next one is taken.
        end = connection.recv(4096, socket.MSG_PEEK).find(b"\r\n\r\n")
        part = connection.recv(end + 4 if end >= 0 else 1)
        if not part:
            return received
        received += part
    length = int(re.search(rb"\r\nContent-Length: (\d+)\r\n", received)[1])
    body = b""
    while len(body) < length:
        part = connection.recv(length - len(body))
        assert part, "it ended in the midst of a reply"
        body += part
    return received + body


def read_to_end(connection):
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


def exchange(server, message, half_close=True):
    """All that comes back on a connection of its own."""
    with server.connect() as connection:
        try:
            connection.sendall(message)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before all was sent: what it said is there to be read
        return read_to_end(connection)


def check(answer, expected):
    assert answer == expected, f"{answer!r} where {expected!r} is right"


class Settled:
    """Whatever comes and goes in the with block, it leaves nothing behind in the server."""

    def __init__(self, server, spare=0):
        self.server = server
        self.spare = spare  # descriptors that may be left all the same
        for _ in range(20):  # buffers, arenas and descriptors that are had once and kept
            check(exchange(server, ask_for(0) + HEALTH), text_reply(404) + text_reply(200))
        server.await_waiters(0)

    def held(self):
        return self.server.count("fd"), self.server.count("task")

    def __enter__(self):
        self.before = self.held()
        self.allowed = self.before[0] + self.spare, self.before[1]

    def __exit__(self, kind, *_):
        if kind:
            return
        self.server.await_waiters(0)
        for _ in range(6000):
            # Fewer will do: a thread of the warm-up may have been about to end.
            if all(now <= most for now, most in zip(self.held(), self.allowed)):
                return
            time.sleep(0.01)
        sys.exit(f"{self.held()} descriptors and threads are left of {self.before}")


def database_of(server):
    """The SQLite file that a server has open."""
    for descriptor in glob.glob(f"/proc/{server.process.pid}/fd/*"):
        try:
            path = os.readlink(descriptor)
        except FileNotFoundError:
            continue
        if path.endswith(".sqlite"):
            return path
    sys.exit("it has no database open")


def rows_of(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return dict(database.execute("SELECT a, b FROM item"))


def make_database(path, journal="wal"):
    """Other letters than any seed's, so that none can be taken for what the file says."""
    choose = random.Random(path)
    rows = {row: "".join(choose.choices("abcdefghijklmnopqrstuvwxyz", k=20)) for row in range(1, ROWS + 1)}
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA journal_mode = {journal}")
        database.execute("CREATE TABLE item (a INTEGER PRIMARY KEY, b TEXT NOT NULL)")
        database.executemany("INSERT INTO item VALUES (?, ?)", rows.items())
    database.close()
    return rows


def bytes_of_rows(program, options):
    """The hash of the replies to 1,000 ids, the same with and without pipelining, and as SQLite says."""
    ids = [1, 100000] + random.Random(3).sample(range(2, 100000), ROWS - 2)
    with Server([program, "--seed", "18446744073709551615"] + options) as server, server.connect() as connection:
        replies = []
        for row in ids:
            connection.sendall(ask_for(row))
            replies.append(read_reply(connection))
        whole = exchange(server, b"".join(map(ask_for, ids)))
        check(whole, b"".join(replies))
        if "sqlite" in options:
            rows = rows_of(database_of(server))
            check(replies, [row_reply(row, rows[row]) for row in ids])
    assert whole.count(b"HTTP/1.1 200 OK\r\n") == ROWS
    print(hashlib.sha256(whole).hexdigest())


def file_of_others(program, options):
    """What a database says that somebody else made."""
    with tempfile.TemporaryDirectory() as folder:
        rows = make_database(folder + "/rows.sqlite")
        with Server([program, "--store-path", folder + "/rows.sqlite"] + options) as server:
            for row, letters in rows.items():
                check(exchange(server, ask_for(row)), row_reply(row, letters))
            check(exchange(server, ask_for(ROWS + 1)), text_reply(404))
        assert os.path.exists(folder + "/rows.sqlite"), "it has taken away what is not its own"


def bounded_cache(program, options):
    """What a connection of SQLite's takes does not grow with the requests."""
    def ask(connections, times):
        for row in random.sample(range(1, 100000), times):
            for connection in connections:
                connection.sendall(ask_for(row))
            for connection in connections:
                assert read_reply(connection).startswith(b"HTTP/1.1 200 ")
        with open(f"/proc/{server.process.pid}/smaps_rollup") as file:
            return int(re.search(r"Private_Dirty: +(\d+) kB", file.read())[1])

    with Server([program] + options) as server:
        connections = [server.connect() for _ in range(10)]
        begin = ask(connections, 50)
        end = ask(connections, 300)
        for connection in connections:
            connection.close()
        assert end - begin < 1000, f"{begin} KiB have become {end}"


def refusals(program, options):
    """Requests that are none, and what is answered to them; then the connection is closed."""
    post = b"POST / HTTP/1.1\r\nHost: x\r\n"
    long_head = b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 9000 + b"\r\n\r\n"
    cases = {
        b"\r\n\r\nno HTTP at all\r\n\r\n": 400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03": 400,
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n": 400, b"GET\r\n\r\n": 400, b"GET / FTP/1.1\r\n\r\n": 400,
        post + b"Content-Length: x\r\n\r\n": 400,
        post + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": 400,
        post + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n": 400,
        post + b"Transfer-Encoding: gzip\r\n\r\n": 400, post + b"Transfer-Encoding: gzip, chunked\r\n\r\n": 501,
        b"GET /health HTTP/1.1\r\n\r\n": 400, b"GET /health HTTP/1.1\r\nHost : x\r\n\r\n": 400,
        b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n": 400,
        post + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n": 417,
        post + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n": 417,
        post + b"Content-Length: 65537\r\n\r\n" + bytes(65537): 413,
        post + b"Content-Length: 1000000\r\n\r\n" + bytes(1000000): 413,
        post + b"Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + bytes(100000): 413,
        long_head: 431, b"GET /" + b"x" * 9000: 431, post + b"A: x\r\n" * 2000 + b"\r\n": 431,
        b"BREW /pot HTTP/1.1\r\n\r\n": 501, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": 501,
        b"GET / HTTP/2.0\r\n\r\n": 505, b"GET / HTTP/1.9\r\n\r\n": 505,
    }
    with Server([program] + options) as server, Settled(server):
        for message, code in cases.items():
            for half_close in (True, False):
                check(exchange(server, message, half_close), refusal(code))
            check(exchange(server, HEALTH + message), text_reply(200) + refusal(code))


def answers(program, options):
    """Requests that are some, in the ways that clients have."""
    closing = text_reply(200, "Connection: close\r\n")
    kept = text_reply(200, "Connection: keep-alive\r\n")
    body = b"x" * 65536
    cases = {
        HEALTH: text_reply(200), b"\r\n\r\n" + HEALTH: text_reply(200),
        b"GET http://host:1/health?a=b HTTP/1.1\r\nHost: x\r\n\r\n": text_reply(200),
        b"GET /health HTTP/1.0\r\n\r\n": closing,
        b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + HEALTH: closing,
        b"GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" * 2: kept * 2,
        b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n" + HEALTH: text_reply(200)[:-3] + text_reply(200),
        ask_for("x") + ask_for(0) + b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n": text_reply(404) * 3,
        b"DELETE /item/1 HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n": text_reply(405) * 2,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n" + body + HEALTH:
            text_reply(405) + text_reply(200),
        b"GET /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"10000;a=b\r\n" + body + b"\r\n0\r\nA: b\r\n\r\n" + HEALTH: text_reply(200) * 2,
        b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + HEALTH: text_reply(200) * 2,
        b"": b"", b"GET /hea": b"", HEALTH + b"GET /hea": text_reply(200),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf": b"",
    }
    with Server([program] + options) as server, Settled(server):
        for message, expected in cases.items():
            check(exchange(server, message), expected)
        with server.connect() as connection:
            for byte in HEALTH * 3:
                connection.sendall(bytes([byte]))
            check(read_reply(connection) + read_reply(connection) + read_reply(connection), 3 * text_reply(200))


def pipeline(program, options):
    """A thousand requests in one piece, which a half-closed connection still gets answered."""
    message = b"".join(HEALTH if row % 10 == 0 else ask_for(row) for row in range(1, 1001))
    with Server([program] + options) as server, Settled(server):
        one_by_one = b""
        with server.connect() as connection:
            for row in range(1, 1001):
                connection.sendall(HEALTH if row % 10 == 0 else ask_for(row))
                one_by_one += read_reply(connection)
        for _ in range(3):
            check(exchange(server, message), one_by_one)


def slow(program, options):
    """Who is slow in sending a head or a body, or in closing, is closed, and no other is."""
    with Server([program, "--request-timeout-ms", "400"] + options) as server, Settled(server):
        with server.connect() as idle, server.connect() as steady:
            wait_for_timeout(server)
            drip(server)
            # An empty line is not the beginning of a request, and one that is idle may be so for long.
            steady.sendall(b"\r\n")
            refused = server.connect()
            refused.sendall(b"nonsense\r\n")
            check(read_to_end(refused), refusal(400))
            server.await_waiters(2)  # the other is closed without our doing
            refused.close()
            for connection in (idle, steady):
                connection.sendall(HEALTH)
                check(read_reply(connection), text_reply(200))


def wait_for_timeout(server):
    """In the midst of heads and bodies, with a request before them and without."""
    begin = time.monotonic()
    parts = (b"G", HEALTH[:-2], b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell",
             b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;")
    waiting = []
    for part in parts:
        for message, reply in ((part, b""), (HEALTH + part, text_reply(200))):
            waiting.append((server.connect(), reply + refusal(408)))
            waiting[-1][0].sendall(message)
    for connection, expected in waiting:
        check(read_to_end(connection), expected)
        connection.close()
    assert time.monotonic() - begin >= 0.4, "they were not given their time"


def drip(server):
    """A byte now and then does not help."""
    with server.connect() as connection:
        connection.settimeout(0.05)
        received = b""
        for byte in b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 2000:
            try:
                connection.sendall(bytes([byte]))
                received += connection.recv(4096)
                break
            except socket.timeout:
                continue
        connection.settimeout(60)
        check(received + read_to_end(connection), refusal(408))


def fill(server, message):
    """A connection on which so much was asked that no more was taken."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.settimeout(0.2)
    try:
        for _ in range(1000):
            connection.sendall(message)
    except socket.timeout:
        connection.settimeout(60)
        return connection
    sys.exit("it has taken in 18 MB of requests without sending replies")


def slow_readers(program, options):
    """Peers that ask without reading replies keep nobody else from theirs, and get theirs later."""
    message = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 1000
    with Server([program] + options) as server, Settled(server):
        page = exchange(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connections = [fill(server, message) for _ in range(6)]
        for _ in range(100):
            check(exchange(server, HEALTH), text_reply(200))
        for connection in connections[:3]:
            leave(connection, abruptly=True)
        for connection in connections[3:]:
            for _ in range(100):
                check(read_reply(connection), page)
            leave(connection, abruptly=False)


def nonsense(choose):
    """Bytes that look like requests, more or less."""
    pieces = [HEALTH, ask_for(42), b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
              b"5\r\nhello\r\n0\r\n\r\n", b"Content-Length: 3\r\n\r\nabc", b"HTTP/1.1", b"\r\n", b"\r\n\r\n", b"HEAD ",
              b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"Connection: close\r\n", b"GET / HTTP/1.0\r\n\r\n"]
    kind = choose.randrange(4)
    if kind == 0:
        return choose.randbytes(choose.randrange(1, 2000))
    message = bytearray(b"".join(choose.choices(pieces, k=choose.randrange(1, 12))))
    if kind >= 2:
        for _ in range(choose.randrange(1, 8)):
            message[choose.randrange(len(message))] = choose.randrange(256)
    if kind == 3:
        del message[choose.randrange(len(message)):]
    return bytes(message)


def send_nonsense(server, choose):
    message = nonsense(choose)
    with server.connect() as connection:
        cut = choose.randrange(len(message) + 1)
        try:
            connection.sendall(message[:cut])
            connection.sendall(message[cut:])
            if choose.randrange(3) > 0:
                connection.shutdown(socket.SHUT_WR)
                answer = read_to_end(connection)
                assert answer == b"" or answer.startswith(b"HTTP/1.1 "), f"{answer!r} came back"
        except OSError:
            pass  # it was closed before
        leave(connection, abruptly=choose.randrange(2))


def streams(program, options):
    """Random streams leave nothing behind, and a connection beside them is not harmed."""
    choose = random.Random(12)
    count = int(os.environ["WEB_STREAMS"])
    if "--loops" in options or "--store-call" in options:
        count //= 10  # another way of what one loop has had already
    with Server([program] + options) as server:
        with Settled(server), server.connect() as beside:
            before = int(server.stats()["heap_allocated_bytes"])
            for i in range(count):
                send_nonsense(server, choose)
                if i % 20 == 0:
                    beside.sendall(ask_for(i + 1))
                    assert read_reply(beside).startswith(b"HTTP/1.1 200 OK\r\n"), "the one beside was harmed"
        grown = int(server.stats()["heap_allocated_bytes"]) - before
        # What SQLite has in its cache is not lost.
        assert grown < 1000 * 64 or "sqlite" in options, f"{grown} bytes of heap are left"


def ask_at_once(server, count):
    connections = [server.connect() for _ in range(count)]
    for row, connection in enumerate(connections, 1):
        connection.sendall(ask_for(row))
    for row, connection in enumerate(connections, 1):
        assert f'"a": "{row:010d}"'.encode() in read_reply(connection), "another row came back"
        leave(connection, abruptly=row % 2)
    server.await_waiters(0)


def at_once(program, options):
    """Many connections, all of which ask at once, and leave nothing behind. But SQLite keeps as many
    descriptors as there were connections of its own at once, since to close one of a file would
    unlock the file."""
    with Server([program] + options) as server:
        with Settled(server, spare=200):
            for _ in range(3):
                ask_at_once(server, 200)
        assert server.stats()["store_errors"] == "0"


def calls():
    """One read and one write per request. (A pool's calls are others, which the kernel does not count.)"""
    def ask(server, connection, count, message):
        before = server.calls()
        for _ in range(count):
            connection.sendall(message)
            read_reply(connection)
        return [now - then for now, then in zip(server.calls(), before)]
    for half in ("threads", "loop"):
        with Server([program_of(half)]) as server, server.connect() as connection:
            ask(server, connection, 10, HEALTH)
            counts = ask(server, connection, 200, HEALTH)
            assert all(200 <= count < 250 for count in counts), f"200 requests took {counts} reads and writes"


def tasks(half, *options):
    """How many threads the kernel counts, idle and with 20 connections that have been served."""
    with Server([program_of(half), *options]) as server:
        idle = server.count("task")
        connections = [server.connect() for _ in range(20)]
        for connection in connections:
            connection.sendall(ask_for(1))
            read_reply(connection)
        busy = server.count("task")
        for connection in connections:
            connection.close()
        return f"{idle} {busy} {server.stats()['model']}"


def threads_counted():
    assert tasks("threads") == "2 22 threads"
    assert tasks("loop") == "2 2 loop"
    assert tasks("loop", "--loops", "3") == "4 4 loops"
    assert tasks("loop", "--loops", "2", "--store-call", "pool") == "7 7 loops"
    assert tasks("loop", "--store", "sqlite", "--store-call", "pool", "--pool-size", "9") == "11 11 loop"
    assert tasks("pool") == "34 34 pool"
    assert tasks("pool", "--pool-size", "5") == "7 7 pool"


def small_stacks():
    for half in ("threads", "pool"):
        for case in (pipeline, at_once):
            case(program_of(half), HALVES[half] + ["--stack-size", "49152", "--store", "sqlite"])


def status(connection, row):
    connection.sendall(ask_for(row))
    return int(read_reply(connection).split()[1])


def broken_file(program, options):
    """A file that is gone, or is no database: 503, counted, until it is back."""
    with tempfile.TemporaryDirectory() as folder:
        path, away = folder + "/rows.sqlite", folder + "/away"
        make_database(path)
        with Server([program, "--store-path", path] + options) as server, server.connect() as connection:
            assert status(connection, 1) == 200
            assert server.stats()["store_errors"] == "0"
            os.rename(path, away)
            time.sleep(1.2)  # what it may take until that is noticed
            assert status(connection, 1) == 503
            with server.connect() as newcomer:
                assert status(newcomer, 2) == 503
                check(exchange(server, HEALTH), text_reply(200))
                os.rename(away, path)
                assert status(newcomer, 2) == 200
            assert status(connection, 1) == 200
            os.remove(path)
            for extra in glob.glob(path + "-*"):
                os.remove(extra)
            with open(path, "w") as file:
                file.write("no database\n" * 1000)
            time.sleep(1.2)
            assert status(connection, 1) == 503
            os.remove(path)
            rows = make_database(path)
            assert status(connection, 1) == 200
            check(exchange(server, ask_for(7)), row_reply(7, rows[7]))
            assert int(server.stats()["store_errors"]) == 3


def locked_file(program, options):
    """A database that another has locked: 503 at once, until it is free."""
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/rows.sqlite"
        make_database(path, journal="delete")
        with Server([program, "--store-path", path] + options) as server, server.connect() as connection:
            assert status(connection, 1) == 200
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            for row in range(1, 4):
                assert status(connection, row) == 503
            other.execute("ROLLBACK")
            other.close()
            assert status(connection, 1) == 200
            assert server.stats()["store_errors"] == "3"


def wrong_rows(program, options):
    """A table that holds something else is a store that fails, not a wrong reply."""
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/rows.sqlite"
        make_database(path)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE item SET b = 'short' WHERE a = 2")
        database.close()
        with Server([program, "--store-path", path] + options) as server, server.connect() as connection:
            assert [status(connection, row) for row in (1, 2, 3)] == [200, 503, 200]


def temporary_file(program, options):
    """It is removed with its folder when the server ends, and when it is killed."""
    for kill in (False, True):
        server = Server([program] + options)
        path = database_of(server)
        assert os.path.exists(path)
        check(exchange(server, ask_for(1))[:15], b"HTTP/1.1 200 OK")
        if kill:
            server.process.send_signal(signal.SIGKILL)
        server.process.stdin.close()
        assert server.process.wait(60) == (-signal.SIGKILL if kill else 0)
        for _ in range(6000):
            if not os.path.exists(os.path.dirname(path)):
                break
            time.sleep(0.01)
        else:
            shutil.rmtree(os.path.dirname(path))
            sys.exit("its folder is left behind")


def client(command, *halves):
    """Runs a command on servers, with their address in $url."""
    for half in halves or ("threads", "loop", "pool"):
        with Server([program_of(half)]) as server:
            environment = dict(os.environ, url=f"http://127.0.0.1:{server.port}")
            code = subprocess.run(["bash", "-ec", command], env=environment).returncode
            assert code == 0, f"{code} with {half}"
            server.await_waiters(0)


# Those that are for one half each, or some.
ALONE = ("calls", "client", "small_stacks", "threads_counted")


def run(half, cases, options):
    """In a process of its own, whose output is kept apart."""
    output = tempfile.TemporaryFile("w+")
    pid = os.fork()
    if pid == 0:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        try:
            for case in cases:
                globals()[case](program_of(half), HALVES[half] + options)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    return half, pid, output


def main(cases, options):
    failed = False
    for half, pid, output in [run(half, cases, options) for half in HALVES]:
        failed |= os.waitpid(pid, 0)[1] != 0
        output.seek(0)
        print(f"{half}: {output.read().strip()}")
    sys.exit(failed)


bench = sys.argv[1]
if sys.argv[2] in ALONE:
    globals()[sys.argv[2]](*sys.argv[3:])
else:
    main(sys.argv[2].split(","), sys.argv[3:])
