# SPDX-License-Identifier: GPL-3.0-or-later
"""Web servers in front of a PostgreSQL that gets into trouble, or whose connections are counted.

usage: web_postgres.py BENCH CONNINFO faults|cut|silent|order|connections

BENCH is the folder of the programs. A reply is right if it is the row as psql has it, with 200, or
503 with the words for that. Prints what was seen; fails where a wait of WAIT_SECONDS is in vain, which
only happens when something hangs.
"""
import asyncio
import os
import subprocess
import sys
import time

BENCH, CONNINFO, WHAT = sys.argv[1:]
WAIT_SECONDS = 60
CONNECTIONS = 4
CLIENTS = 10

# What asks in a way of its own.
WAYS = {
    "threads": ["web-threads"],
    "pool": ["web-pool", "--pool-size", "8"],
    "loop": ["web-loop"],
    "pipeline": ["web-loop", "--store-call", "pipeline"],
    "loops": ["web-loop", "--loops", "2"],
}


def sql(statement):
    out = subprocess.run(
        ["psql", CONNINFO, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    return out.splitlines()


async def wait_until(condition, what):
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"in vain: {what}")
        await asyncio.sleep(0.02)


class Server:
    """A program, and what its clients have seen of it."""

    def __init__(self, name, *options):
        program, *arguments = WAYS[name]
        if not os.path.exists(f"{BENCH}/{program}"):
            program += "-libc"
        self.name = name
        self.process = subprocess.Popen(
            [f"{BENCH}/{program}", "--store", "postgres", "--store-path", CONNINFO, *arguments, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            raise SystemExit(f"{name}: said {line!r}")
        self.port = int(line.split()[1])
        self.right = self.failed = self.right_in_a_row = 0
        self.longest = 0.0
        self.stop = False
        self.rest_seconds = 0.01  # of a client, after each reply

    def connect(self):
        return asyncio.open_connection("127.0.0.1", self.port)

    def stats(self):
        self.process.stdin.write("stats\n")
        self.process.stdin.flush()
        lines = iter(self.process.stdout.readline, "end\n")
        return dict(line.rstrip().split(" ", 1) for line in lines)

    def end(self):
        self.process.stdin.close()
        if self.process.wait(WAIT_SECONDS) != 0:
            raise SystemExit(f"{self.name}: exit code {self.process.returncode}")

    def __str__(self):
        return f"{self.name}: {self.right} right, {self.failed} failed, longest {self.longest:.2f} s"


async def ask(reader, writer, path):
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(int(line.split(":")[1]) for line in head.split("\r\n")
                  if line.lower().startswith("content-length:"))
    return int(head.split()[1]), (await reader.readexactly(length)).decode()


def note(server, status, body, expected):
    if status == 200 and body == expected:
        server.right += 1
        server.right_in_a_row += 1
    elif status == 503 and "unavailable" in body.lower():
        server.failed += 1
        server.right_in_a_row = 0
    else:
        raise SystemExit(f"{server.name}: {status} {body!r} for {expected!r}")


async def client(server, rows, first):
    reader, writer = await server.connect()
    number = first
    while not server.stop:
        number = number % len(rows) + 1
        start = time.monotonic()
        status, body = await ask(reader, writer, f"/item/{number}")
        server.longest = max(server.longest, time.monotonic() - start)
        note(server, status, body, rows[number])
        await asyncio.sleep(server.rest_seconds)
    writer.close()


def read_rows():
    return {int(a): '{"a": "%010d", "b": "%s"}' % (int(a), b)
            for a, b in (line.split("|") for line in sql("SELECT a, b FROM item"))}


class Load:
    """Clients on all servers, whose failures end the test."""

    def __init__(self, servers, rows, clients=CLIENTS):
        self.servers = servers
        self.tasks = [asyncio.create_task(client(server, rows, 97 * i))
                      for server in servers for i in range(clients)]

    def check(self):
        for task in self.tasks:
            if task.done() and not server_stopped(self.servers):
                task.result()
                raise SystemExit("a client has ended")

    async def see(self, condition, what):
        def holds():
            self.check()
            return all(condition(server) for server in self.servers)
        await wait_until(holds, what)

    async def end(self):
        for server in self.servers:
            server.stop = True
        await asyncio.wait_for(asyncio.gather(*self.tasks), WAIT_SECONDS)


def server_stopped(servers):
    return any(server.stop for server in servers)


class Database:
    """The cluster, seen by whom it belongs to."""

    def __init__(self):
        self.data = sql("SHOW data_directory")[0]
        with open(f"{self.data}/postmaster.pid") as file:
            postmaster = int(file.readline())
        with open(f"/proc/{postmaster}/cmdline") as file:
            self.programs = os.path.dirname(file.read().split("\0")[0])
        owner = os.stat(self.data)
        self.become = {} if owner.st_uid == os.geteuid() else {
            "user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

    async def control(self, *words):
        process = await asyncio.create_subprocess_exec(
            f"{self.programs}/pg_ctl", *words, "-D", self.data, "-s", "-w", cwd=self.data,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **self.become)
        if await process.wait() != 0:
            raise SystemExit(f"pg_ctl {words} failed")

    def options(self):
        """What the postmaster was started with, for who starts it again."""
        with open(f"{self.data}/postmaster.opts") as file:
            return file.read().split(maxsplit=1)[1].strip()


def backends():
    return set(sql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'web-%'"))


async def recover(load, what):
    for server in load.servers:
        server.right_in_a_row = 0
    await load.see(lambda server: server.right_in_a_row >= 50, f"{what}: that all is well again")


async def lose_all(load, what, cause):
    """All connections end. Who had no query under way need not fail: it may connect again at once."""
    print(what, flush=True)
    before = backends()
    await cause()
    await recover(load, what)
    if before & backends():
        raise SystemExit(f"{what}: of {before} there are still {backends()}")


async def trouble(load, what, cause, repair):
    """Something is wrong until each server has had queries that failed."""
    print(what, flush=True)
    before = {server: server.failed for server in load.servers}
    await cause()
    await load.see(lambda server: server.failed > before[server], f"{what}: to be told of failures")
    await repair()
    await recover(load, what)


async def nothing():
    pass


async def cut():
    """While clients go on, so that queries wait."""
    await asyncio.to_thread(
        sql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'web-%'")


async def rename():
    sql("ALTER TABLE item RENAME TO item_away")


async def rename_back():
    sql("ALTER TABLE item_away RENAME TO item")


async def change_type():
    sql("ALTER TABLE item ALTER b TYPE varchar(20)")


async def faults(servers, rows):
    database = Database()
    options = database.options()
    load = Load(servers, rows)
    await load.see(lambda server: server.right >= 50, "the first replies")
    await lose_all(load, "connections cut", cut)
    await lose_all(load, "database restarted", lambda: database.control("restart", "-m", "immediate"))
    await trouble(load, "query that fails", rename, rename_back)
    await trouble(load, "prepared query that is stale", change_type, nothing)
    await trouble(load, "database gone", lambda: database.control("stop", "-m", "immediate"),
                  lambda: database.control("start", "-o", options))
    await load.end()
    for server in servers:
        errors = int(server.stats()["store_errors"])
        if errors != server.failed:
            raise SystemExit(f"{server}, and its store_errors are {errors}")
    # What was lost was not left behind.
    if len(backends()) > CONNECTIONS * len(servers):
        raise SystemExit(f"there are connections left: {backends()}")


async def one_cut(servers, rows):
    """Queries wait for a connection when all are cut: what was under way fails, one per connection, and
    what waits is not given one that is dying."""
    for server in servers:
        server.rest_seconds = 0
    load = Load(servers, rows)
    await load.see(lambda server: server.right >= 2 * CLIENTS, "the first replies")
    await lose_all(load, "connections cut, with queries that wait", cut)
    await load.end()
    for server in servers:
        if not 1 <= server.failed <= CONNECTIONS:
            raise SystemExit(f"{server.name}: {server.failed} have failed, and {CONNECTIONS} were under way")


async def health(server):
    reader, writer = await server.connect()
    status, _ = await ask(reader, writer, "/health")
    writer.close()
    if status != 200:
        raise SystemExit(f"{server.name}: /health has {status}")


async def silent(servers, rows):
    """A table that is locked answers nobody: after 5 seconds 503, while who does not need the
    database is served."""
    load = Load(servers, rows, CONNECTIONS)
    await load.see(lambda server: server.right >= 10, "the first replies")
    lock = subprocess.Popen(["psql", CONNINFO, "-XqAt"], stdin=subprocess.PIPE, text=True)
    lock.stdin.write("BEGIN; LOCK item;\n")
    lock.stdin.flush()
    start = time.monotonic()
    await wait_until(lambda: sql("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"),
                     "the lock")
    for server in servers:
        await health(server)
    await load.see(lambda server: server.failed > 0, "that it is given up")
    if time.monotonic() - start < 4.5:
        raise SystemExit(f"it was given up after {time.monotonic() - start:.1f} s")
    lock.stdin.close()
    lock.wait()
    for server in servers:
        server.right_in_a_row = 0
    await load.see(lambda server: server.right_in_a_row >= 20, "that all is well again")
    await load.end()


async def connections(servers, rows):
    """However many clients, a server has no more connections than it was told, and uses them all."""
    for server in servers:
        server.rest_seconds = 0
    load = Load(servers, rows)
    most = 0
    for _ in range(10):
        most = max(most, len(backends()))
        await load.see(lambda server: True, "")
        await asyncio.sleep(0.05)
    await load.see(lambda server: server.right >= 50, "replies")
    await load.end()
    if most != CONNECTIONS * len(servers):
        raise SystemExit(f"{most} connections, not {CONNECTIONS} each")
    for server in servers:
        used = int(server.stats()["store_connections_most"])
        if used != CONNECTIONS:
            raise SystemExit(f"{server.name}: says that {used} of its connections were in use")


LOGGED = """
    CREATE TABLE asked (number serial, a integer);
    CREATE FUNCTION ask(a integer, b text) RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO asked (a) VALUES (a); RETURN b; END $$;
    ALTER TABLE item RENAME TO item_away;
    CREATE VIEW item AS SELECT a, ask(a, b) AS b FROM item_away
"""
UNLOGGED = "DROP VIEW item; ALTER TABLE item_away RENAME TO item; DROP FUNCTION ask; DROP TABLE asked"


async def order(servers, rows):
    """Who came first is asked for first. That a loop has taken a request in it shows by answering the
    next one, on a connection of its own, twice: what came before is not left for a later turn."""
    (server,) = servers
    sql(LOGGED)
    lock = subprocess.Popen(["psql", CONNINFO, "-XqAt"], stdin=subprocess.PIPE, text=True)
    lock.stdin.write("BEGIN; LOCK item_away;\n")
    lock.stdin.flush()
    await wait_until(lambda: sql("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"),
                     "the lock")
    asked = [(13 * i) % 1000 + 1 for i in range(30)]
    waiting = []
    for number in asked:
        reader, writer = await server.connect()
        waiting.append(asyncio.create_task(ask(reader, writer, f"/item/{number}")))
        await asyncio.sleep(0)
        await health(server)
        await health(server)
    lock.stdin.close()
    replies = await asyncio.wait_for(asyncio.gather(*waiting), WAIT_SECONDS)
    lock.wait()
    for number, (status, body) in zip(asked, replies):
        note(server, status, body, rows[number])
    seen = [int(a) for a in sql("SELECT a FROM asked ORDER BY number")]
    sql(UNLOGGED)
    if seen != asked or server.failed:
        raise SystemExit(f"asked for {asked}, and the database was for {seen}; {server}")


# What is done with which servers, and their options.
CASES = {
    "faults": (faults, list(WAYS), []),
    "cut": (one_cut, [name for name in WAYS if name != "pipeline"], ["--store-delay-us", "100000"]),
    "silent": (silent, list(WAYS), []),
    "connections": (connections, list(WAYS), ["--store-delay-us", "10000"]),
    "order": (order, ["loop"], ["--store-connections", "1"]),
}


async def main():
    case, names, options = CASES[WHAT]
    rows = read_rows()
    servers = [Server(name, "--store-connections", str(CONNECTIONS), *options) for name in names]
    try:
        await case(servers, rows)
        for server in servers:
            print(server)
            server.end()
    finally:
        for server in servers:
            server.process.kill()

asyncio.run(main())
