# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of ours and its connections, for tests that are clients of one."""

import functools
import os
import socket
import struct
import subprocess
import sys
import time

SIZE = 64  # of a request
MASK = (1 << 64) - 1


class Server:
    def __init__(self, argv, host="127.0.0.1"):
        self.host = host
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stdout.readline().split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(60) == 0, "it did not exit with 0"

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()

    def waiters(self):
        self.ask("waiters")
        return int(self.process.stdout.readline().split()[1])

    def await_waiters(self, count):
        for _ in range(6000):
            if self.waiters() == count:
                return
            time.sleep(0.01)
        sys.exit(f"{self.waiters()} waiters where {count} are right")

    def stats(self):
        self.ask("stats")
        lines = iter(self.process.stdout.readline, "end\n")
        return dict(line.rstrip("\n").split(" ", 1) for line in lines)

    def connect(self):
        connection = socket.create_connection((self.host, self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def cpu_seconds(self):
        """The kernel's clock of that process, threads that have ended included."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def count(self, folder):
        return len(os.listdir(f"/proc/{self.process.pid}/{folder}"))

    def calls(self):
        """How many reads and writes the kernel has counted."""
        with open(f"/proc/{self.process.pid}/io") as file:
            counts = dict(line.split(": ") for line in file)
        return int(counts["syscr"]), int(counts["syscw"])


def receive(connection, length):
    received = b""
    while len(received) < length:
        part = connection.recv(length - len(received))
        assert part, "the connection was closed"
        received += part
    return received


def echo(connection, message):
    connection.sendall(message)
    assert receive(connection, len(message)) == message, "other bytes came back"


@functools.cache
def filler(size):
    return bytes(i & 255 for i in range(size))


def request(number, size=SIZE):
    return struct.pack("=Q", number) + filler(size - 8)


def mix(value):
    """splitmix64, written once more."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & MASK
    return value ^ value >> 31


def is_drawn(seed, number, every):
    """Whether a request of that number is one of those that are so, of which there is one in `every`."""
    return mix(mix(seed) ^ number) % every == 0


def leave(connection, abruptly):
    if abruptly:  # with a RST
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
