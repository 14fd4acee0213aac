#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An echo server that tells, when its input ends, what came: connections N, bytes N in all, most N
from one connection, and first HEX, the first 64 bytes of its first connection."""
import selectors
import socket
import sys

selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", 0), backlog=512)
selector.register(listener, selectors.EVENT_READ)
selector.register(sys.stdin, selectors.EVENT_READ)
print("listening", listener.getsockname()[1], flush=True)

counts = {}
first = b""
accepted = 0
going_on = True
while going_on:
    for key, _ in selector.select():
        if key.fileobj is sys.stdin:
            going_on = False
        elif key.fileobj is listener:
            client, _ = listener.accept()
            selector.register(client, selectors.EVENT_READ, accepted)
            counts[accepted] = 0
            accepted += 1
        else:
            try:
                data = key.fileobj.recv(1 << 20)
                key.fileobj.sendall(data)
            except OSError:
                data = b""
            if not data:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                continue
            counts[key.data] += len(data)
            if key.data == 0:
                first = (first + data)[:64]
print("connections", accepted)
print("bytes", sum(counts.values()))
print("most", max(counts.values(), default=0))
print("first", first.hex())
