# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds one entry of a runtimes.cfg to the contract of bench/README.md, in one start of its program.

    runtime_client.py CATALOGUE NAME SOURCE BUILT

Exits 0 and prints what its `stats` said; or 77 and why, where the runtime is not there; or fails.
"""
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

LEFT_OUT = 77
WAIT_SECONDS = 30  # for what comes at once on a machine that does nothing else
CONNECTIONS = 200
HOST = "127.0.0.2"  # where it is told to listen, and nothing does that is not told


def entry_of(text, name):
    """Its keys, with lists as lists of words."""
    body = re.search(r'\{ name = "%s";(.*?)\}\s*[,)]' % re.escape(name), text, re.DOTALL)
    assert body, f"no entry {name}"
    pairs = re.findall(r'(\w+)\s*=\s*(\[.*?\]|"[^"]*");', body[1], re.DOTALL)
    return {key: re.findall(r'"([^"]*)"', value) for key, value in pairs}


def left_out(why):
    print(why)
    sys.exit(LEFT_OUT)


def need(entry, command, built):
    try:
        probe = subprocess.run(entry["probe"], capture_output=True, check=False)
    except FileNotFoundError:
        left_out(f"{entry['probe'][0]} is not installed")
    if probe.returncode != 0:
        left_out(f"{' '.join(entry['probe'])} says no")
    for word in command:
        if word.startswith(built) and not Path(word).exists():
            left_out(f"{word[len(built) + 1:]} was not built")


class Subject:
    def __init__(self, command):
        self.process = subprocess.Popen(
            [*command, "--host", HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        word, port = self.process.stdout.readline().split()
        assert word == "listening", word
        self.port = int(port)

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()

    def waiters(self):
        self.ask("waiters")
        word, count = self.process.stdout.readline().split()
        assert word == "waiters", word
        return int(count)

    def await_waiters(self, count):
        end = time.monotonic() + WAIT_SECONDS
        while (seen := self.waiters()) != count:
            assert time.monotonic() < end, f"{seen} waiters, not {count}"
            time.sleep(0.005)
        assert [self.waiters() for _ in range(20)] == [count] * 20

    def stats(self):
        self.ask("stats")
        lines = iter(self.process.stdout.readline, "end\n")
        return dict(line.rstrip("\n").split(" ", 1) for line in lines)

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=WAIT_SECONDS) == 0, self.process.returncode
        rest = self.process.stdout.read()
        assert rest == "", rest


def connect(port):
    connection = socket.create_connection((HOST, port), timeout=WAIT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def echo(connection, count):
    sent = bytes(index * 31 % 251 for index in range(count))
    sender = threading.Thread(target=connection.sendall, args=(sent,))
    sender.start()
    received = b""
    while len(received) < count and (part := connection.recv(count)):
        received += part
    sender.join()
    assert received == sent, f"{count} bytes came back as {len(received)}, or others"


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hold_to_contract(subject, entry):
    assert subject.waiters() == 0
    connections = [connect(subject.port) for _ in range(CONNECTIONS)]
    subject.await_waiters(CONNECTIONS)
    stats = subject.stats()  # now: threads that have served may be kept for those to come
    for connection, count in zip(connections, (1, 64, 100000)):
        echo(connection, count)
    for connection in connections[100:150]:
        connection.close()
    for connection in connections[150:]:
        reset(connection)
    subject.await_waiters(100)
    echo(connections[99], 64)
    echo(connections[2], 100000)
    # Some go away while answers are on their way to them: it writes to those that have closed, too.
    for connection in connections[3:23]:
        connection.sendall(bytes(100000))
        connection.close()
    connections[0].sendall(bytes(100000))
    reset(connections[0])
    subject.await_waiters(79)
    echo(connections[99], 64)
    assert stats["model"] == entry["model"][0], stats
    assert re.search(r"[0-9]", stats["runtime"]), stats
    assert 1 <= int(stats["runtime_threads"]) < 100, stats
    # It ends whatever they do: of one the answers are not taken.
    connections[1].settimeout(0.2)
    try:
        connections[1].sendall(bytes(20_000_000))
    except TimeoutError:
        pass
    subject.end()
    return stats


def main():
    catalogue, name, source, built = sys.argv[1:]
    entry = entry_of(Path(catalogue).read_text(encoding="utf-8"), name)
    command = [word.replace("{source}", source).replace("{built}", built) for word in entry["command"]]
    need(entry, command, built)
    subject = Subject(command)
    try:
        print(hold_to_contract(subject, entry))
    finally:
        subject.process.kill()


main()
