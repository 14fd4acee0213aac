#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A runtime for tests: a server with a thread for each connection, which notes in the file TOY_LOG
with which words it was started, and how often all its connections went.

Requests take TOY_WORK_US of processor time; of the first TOY_SLOW crowds of connections ten times as
much, and with TOY_GROWS half as much again of each crowd than of the one before."""
import os
import socket
import sys
import threading
import time

work_us = float(os.environ.get("TOY_WORK_US", 0))
slow = int(os.environ.get("TOY_SLOW", 0))
grows = "TOY_GROWS" in os.environ
waiters = crowds = 0
lock = threading.Lock()


def log(line):
    with open(os.environ["TOY_LOG"], "a") as file:
        print(line, file=file)


def burn():
    factor = 1.5**crowds if grows else 10 if crowds < slow else 1
    end = time.thread_time() + work_us * factor / 1e6
    while time.thread_time() < end:
        pass


def serve(connection):
    global waiters, crowds
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with lock:
        waiters += 1
    try:
        while data := connection.recv(65536):
            if work_us:
                burn()
            connection.sendall(data)
    except ConnectionError:
        pass
    connection.close()
    with lock:
        waiters -= 1
        if waiters == 0:
            crowds += 1
            log("crowd")


def accept(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


log("words " + " ".join(sys.argv[1:]))
listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print("listening", listener.getsockname()[1], flush=True)
for line in sys.stdin:
    if line == "waiters\n":
        print("waiters", waiters, flush=True)
    elif line == "stats\n":
        print("model threads\nruntime Toy 1.2\nruntime_threads 3\nend", flush=True)
