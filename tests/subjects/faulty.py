#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An echo server with one fault, named on the command line; port and end as the subject contract
has them. Each connection is served by a thread."""
import socket
import struct
import sys
import threading

FOR_EVER = 1 << 62
FIRST_FEW = 5  # what the fault `few` serves; echoes before `reset` and `close` strike


def flip(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drip(connection):
    """Correct, but in the smallest of pieces, both ways."""
    while data := connection.recv(3):
        for byte in data:
            connection.sendall(bytes([byte]))


def serve(fault, connection, number):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if fault == "drip":
        drip(connection)
        return
    echoes = 0
    last = {"hang": 1, "hang-half": 1 + number % 2 * FOR_EVER, "once": 2}.get(fault, FOR_EVER)
    before = b""
    while data := connection.recv(65536):
        strikes = echoes >= FIRST_FEW
        if fault == "silent" or echoes >= last:
            continue
        if fault == "drop-idle":  # those that were tried once, and then are silent
            connection.settimeout(1 if echoes == 0 else None)
        if strikes and fault == "reset":
            reset(connection)
            return
        if strikes and fault == "close":
            break
        answer = data
        if strikes and fault == "wrong":
            answer = flip(data)
        elif strikes and fault == "stale":
            answer = before
        elif strikes and fault == "extra":
            answer = data + b"!"
        connection.sendall(answer)
        before = data
        echoes += 1
    connection.close()


def serve_quietly(fault, connection, number):
    try:
        serve(fault, connection, number)
    except TimeoutError:
        connection.close()
    except ConnectionError:
        pass  # the client is free to reset its connection


def accept(fault, listener):
    kept = []
    while True:
        connection, _ = listener.accept()
        kept.append(connection)
        if fault == "few" and len(kept) > FIRST_FEW:
            continue
        arguments = (fault, connection, len(kept))
        threading.Thread(target=serve_quietly, args=arguments, daemon=True).start()


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    threading.Thread(target=accept, args=(sys.argv[1], listener), daemon=True).start()
    print("listening", listener.getsockname()[1], flush=True)
    sys.stdin.read()


main()
