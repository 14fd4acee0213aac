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
asleep     does so, too, and then prints nothing
good       does nothing wrong

These are wrong in what `waitbench check` asks beyond what a run needs:

unflushed  prints its port when its input ends, as one that is not flushed is
noport     prints a port that is none
elsewhere  prints a port where nothing listens
wide       listens on all addresses
shallow    has a listen queue of 5
nagle      leaves TCP_NODELAY off
hidden     does so, too, answers in two writes, and lets nobody see its sockets
log        prints a line for each connection on stdout
flood      prints megabytes on stdout, once, when it is first asked
lines      echoes whole lines only
text       takes bytes for text
lossy      drops what a socket does not take at once
mixed      answers on the connection that spoke before
extra      sends a byte too many after each answer
stay       counts a waiter that has closed on
resets     does the same of one that was reset
fragile    ends when a connection is reset
abrupt     drops what it has not sent when a peer closes its side
open       leaves a connection open whose peer has closed its side
impatient  closes a connection that is silent for 0.3 s
unit       has a unit behind a number of its stats
endless    never ends its stats
sulky      answers no question
late       ends 1.5 s after its input
family     ignores SIGTERM, and leaves two children behind that do so, too
"""
import asyncio
import ctypes
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


def lose(writer, data):
    """Writes what the socket takes."""
    try:
        os.write(writer.get_extra_info("socket").fileno(), data)
    except BlockingIOError:
        pass


previous = None


async def answer_wrongly(reader, writer, data):
    """The answer to what was read, of those that get that wrong in a way of their own."""
    global previous
    to = writer
    if mode == "text":
        data = data.decode("utf-8", "replace").encode()
    elif mode == "extra":
        data += b"!"
    elif mode == "lines":
        while not data.endswith(b"\n") and (more := await reader.read(65536)):
            data += more
    elif mode == "abrupt":
        await asyncio.sleep(0.05)
        if reader.at_eof():
            return
    elif mode == "mixed":
        previous, to = writer, previous if previous and not previous.is_closing() else writer
    if mode == "hidden":
        to.write(data[:1])
        data = data[1:]
    if mode == "lossy":
        lose(to, data)
    else:
        to.write(data)
        await to.drain()


def set_up(writer):
    if mode == "log":
        say("connection accepted")
    if mode in ("nagle", "hidden"):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)


async def read(reader):
    if mode != "impatient":
        return await reader.read(65536)
    try:
        return await asyncio.wait_for(reader.read(65536), 0.3)
    except asyncio.TimeoutError:
        return b""


async def serve(reader, writer):
    global waiters, accepted
    set_up(writer)
    if mode == "few" and waiters >= 5:
        await asyncio.sleep(3600)
    waiters += 1
    echoes = ECHOES.get(mode, (FOR_EVER, FOR_EVER))[accepted % 2]
    accepted += 1
    if mode == "during" and waiters == 20:
        os.kill(os.getpid(), signal.SIGSEGV)
    try:
        while data := await read(reader):
            echoes -= 1
            if mode == "mute" or echoes < 0:
                continue
            if mode == "wrong":
                data = bytes(255 - byte for byte in data)
            await answer_wrongly(reader, writer, data)
    except ConnectionError:
        if mode == "fragile":
            sys.stderr.write("a connection was reset\n")
            os._exit(1)
        waiters += mode == "resets"
    waiters -= mode != "stay"
    if mode != "open":
        writer.close()


flooded = mode != "flood"


def flood():
    global flooded
    if not flooded:
        for _ in range(2000):
            say("a line that nobody asked for " + 1000 * "." )
    flooded = True


def answer(question):
    if mode == "sulky":
        return
    if question == "waiters":
        flood()
        say(f"waiters {waiters + (mode == 'liar')}")
    elif question == "stats":
        say("model " + ("threads" if mode == "threads" else "asyncio"))
        if mode == "unit":
            say("heap_resident_bytes 12 MB")
        if mode != "endless":
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


def tell_port(port):
    if mode == "elsewhere":
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
    if mode == "unflushed":
        sys.stdin.read()
    say("listening soon" if mode == "noport" else f"listening {port}")


async def main():
    if mode == "backlog":
        before = dropped()
        listener = socket.create_server(("127.0.0.1", 0), backlog=5)
        late = asyncio.ensure_future(accept_late(listener, before))
    else:
        host = "0.0.0.0" if mode == "wide" else "127.0.0.1"
        queue = 5 if mode == "shallow" else 4096
        server = await asyncio.start_server(serve, host, 0, backlog=queue)
        listener = server.sockets[0]
    tell_port(listener.getsockname()[1])
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
    if mode == "late":
        await asyncio.sleep(1.5)
    if mode == "sour":
        print("no luck", file=sys.stderr, flush=True)
    os._exit(3 if mode == "sour" else 0)


if mode == "garbage":
    say("hello, world")
    time.sleep(3600)
if mode == "binary":
    sys.stdout.buffer.write(b"\xff\x00\x1b[2J,\"\r\n")
    sys.stdout.buffer.flush()
    time.sleep(3600)
if mode == "early":
    sys.exit("no licence found")
if mode in ("orphan", "asleep"):
    child = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    with open(sys.argv[2], "a") as file:
        print(child.pid, file=file)
if mode in ("silent", "asleep"):
    time.sleep(3600)
if mode == "hidden":
    PR_SET_DUMPABLE = 4
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
if mode == "family":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for _ in range(2):
        subprocess.Popen(["sleep", "3600"])
asyncio.run(main())
