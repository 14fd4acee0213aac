#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subject that breaks the contract in the way its argument names.

silent     prints nothing            garbage    prints something else
early      exits before listening    few        accepts five connections only
during     dies while connections come
later      dies once it has told its figures
wrong      echoes other bytes        mute       never echoes
deaf       ignores the end of its input, which it tells by making the file of the second argument
hung       answers the first message of each connection, and nothing more
half       the same of every second connection
stopped    stops itself (SIGSTOP) when it has told its figures
backlog    accepts only when a connection was dropped, from a listen queue of 5
liar       counts one waiter more than there are
threads    claims a thread per waiter and has one
binary     prints bytes that are no text
sour       exits with status 3 when its input ends
chatty     fills stderr; otherwise right
orphan     leaves a child behind, asleep, its pid in the file of the second argument; otherwise right
good       does nothing wrong
"""
import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

mode = sys.argv[1]
waiters = 0
accepted = 0
FOR_EVER = 1 << 62
ECHOES = {"hung": (1, 1), "half": (FOR_EVER, 1)}  # of even and odd connections


def say(line):
    print(line, flush=True)


async def serve(reader, writer):
    global waiters, accepted
    if mode == "few" and waiters >= 5:
        await asyncio.sleep(3600)
    waiters += 1
    echoes = ECHOES.get(mode, (FOR_EVER, FOR_EVER))[accepted % 2]
    accepted += 1
    if mode == "during" and waiters == 20:
        os.kill(os.getpid(), signal.SIGSEGV)
    try:
        while data := await reader.read(65536):
            echoes -= 1
            if mode == "mute" or echoes < 0:
                continue
            if mode == "wrong":
                data = bytes(255 - byte for byte in data)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    waiters -= 1
    writer.close()


def answer(question):
    if question == "waiters":
        say(f"waiters {waiters + (mode == 'liar')}")
    elif question == "stats":
        say("model " + ("threads" if mode == "threads" else "asyncio"))
        say("end")
        if mode == "later":
            os.kill(os.getpid(), signal.SIGSEGV)
        if mode == "stopped":
            os.kill(os.getpid(), signal.SIGSTOP)


def dropped():
    with open("/proc/net/netstat") as file:
        names, values = (line.split() for line in list(file)[:2])
    return int(values[names.index("ListenDrops")])


async def accept_late(listener, before):
    while dropped() == before:
        await asyncio.sleep(0.01)
    await asyncio.start_server(serve, sock=listener, backlog=5)


async def main():
    if mode == "backlog":
        before = dropped()
        listener = socket.create_server(("127.0.0.1", 0), backlog=5)
        late = asyncio.ensure_future(accept_late(listener, before))
    else:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        listener = server.sockets[0]
    say(f"listening {listener.getsockname()[1]}")
    stdin = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    if mode == "chatty":
        for _ in range(20000):
            sys.stderr.write("a line nobody reads\n")
    while line := await stdin.readline():
        answer(line.decode().strip())
    if mode == "deaf":
        if len(sys.argv) > 2:
            open(sys.argv[2], "w").close()
        await asyncio.sleep(3600)
    if mode == "sour":
        print("no luck", file=sys.stderr, flush=True)
    os._exit(3 if mode == "sour" else 0)


if mode == "silent":
    time.sleep(3600)
if mode == "garbage":
    say("hello, world")
    time.sleep(3600)
if mode == "binary":
    sys.stdout.buffer.write(b"\xff\x00\x1b[2J,\"\r\n")
    sys.stdout.buffer.flush()
    time.sleep(3600)
if mode == "early":
    sys.exit("no licence found")
if mode == "orphan":
    child = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    with open(sys.argv[2], "a") as file:
        print(child.pid, file=file)
asyncio.run(main())
