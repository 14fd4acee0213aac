# SPDX-License-Identifier: GPL-3.0-or-later
"""What peers do to a server that echoes, and that it ends while they are there: COMMAND of the server."""
import socket
import struct
import subprocess
import sys
import threading
import time

SECONDS = 60  # for what comes at once on a machine that does nothing else

server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
PORT = int(server.stdout.readline().removeprefix("listening "))


def connect(receive_buffer=None):
    peer = socket.socket()
    if receive_buffer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    peer.settimeout(SECONDS)
    peer.connect(("127.0.0.1", PORT))
    return peer


def pattern(number, length):
    return bytes((number + i * 7 + i // 251) % 256 for i in range(1024)) * (length // 1024)


def read(peer, length):
    parts = []
    while length > 0:
        part = peer.recv(min(length, 1 << 16))
        assert part, f"closed with {length} bytes to come"
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def says_hello():
    with connect() as peer:
        for letter in b"hello":
            peer.sendall(bytes([letter]))
            assert peer.recv(1) == bytes([letter])


def send_until_full(peer, data):
    """How much of `data` went out before nobody took more for a while."""
    peer.settimeout(0.2)
    sent = 0
    try:
        while sent < len(data):
            sent += peer.send(data[sent : sent + (1 << 16)])
    except TimeoutError:
        pass
    peer.settimeout(SECONDS)
    return sent


def slow_to_read():
    """Peers that send and do not read: the others are answered all the same, and they get it all."""
    length = 16 << 20
    peers = [connect(receive_buffer=4096) for _ in range(2)]
    data = [pattern(number, length) for number in range(2)]
    sent = [0] * 2
    senders = []
    for number, peer in enumerate(peers):

        def fill(number=number, peer=peer):
            sent[number] = send_until_full(peer, data[number])

        senders.append(threading.Thread(target=fill))
        senders[-1].start()
    for sender in senders:
        sender.join()
    assert all(0 < some < length for some in sent), f"the server keeps whatever it is sent: {sent}"
    says_hello()
    for number, peer in enumerate(peers):
        assert read(peer, sent[number]) == data[number][: sent[number]]
        peer.sendall(b"and on")
        assert read(peer, 6) == b"and on"
        peer.close()


def much_at_once():
    """Peers that send on while they read."""
    length = 2 << 20
    for number in range(2):
        data = pattern(number, length)
        with connect() as peer:
            sender = threading.Thread(target=peer.sendall, args=(data,))
            sender.start()
            assert read(peer, length) == data
            sender.join()


def closes_its_side():
    """What came before the end is answered, and then the other side closes, too."""
    data = pattern(1, 1 << 20)
    with connect() as peer:
        sender = threading.Thread(target=lambda: (peer.sendall(data), peer.shutdown(socket.SHUT_WR)))
        sender.start()
        assert read(peer, len(data)) == data
        sender.join()
        assert peer.recv(1) == b""


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def resets():
    """At rest, with answers on their way, and with answers that the socket had no room for."""
    for _ in range(30):
        reset(connect())
        peer = connect()
        peer.sendall(b"x" * 30000)
        reset(peer)
    peer = connect(receive_buffer=4096)
    send_until_full(peer, pattern(2, 16 << 20))
    reset(peer)
    says_hello()


def waiters():
    server.stdin.write("waiters\n")
    server.stdin.flush()
    return int(server.stdout.readline().removeprefix("waiters "))


def await_waiters(count):
    begin = time.monotonic()
    while waiters() != count:
        assert time.monotonic() < begin + SECONDS, f"{waiters()} waiters, not {count}"
        time.sleep(0.01)


for behave in (says_hello, much_at_once, slow_to_read, closes_its_side, resets):
    behave()
    await_waiters(0)
    print(behave.__name__)

silent = [connect() for _ in range(1100)]  # more than select(2) takes
stuck = connect(receive_buffer=4096)
send_until_full(stuck, pattern(3, 16 << 20))
await_waiters(1101)
server.stdin.close()
assert server.wait(SECONDS) == 0
