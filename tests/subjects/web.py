#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP server of known manners, for the load generator: GET /item/ID is answered with the row of
seed 1. Port and end as the subject contract has them. When its input ends it tells what came, in
lines: requests N, connections N, most N (requests of one connection), struck N (requests or replies
that a fault befell), first TEXT (its first request, quoted), ids ID,ID,... (of all, as they came).

web.py MANNER [N]; each connection is served by a thread.

  plain         replies with their length
  chunked       bodies in chunks of one to seven bytes, with extensions and a trailer
  drip          byte by byte
  interim       after 100 Continue and 103 Early Hints
  endless       without a length: the stream's end ends them
  old           HTTP/1.0
  long N        bodies of N bytes
  limit N       Connection: close on the N-th reply of a connection
  leaves N      closes a connection with its N-th reply, and does not say so
  idle N        closes a connection on which nothing came for N ms
  full N        closes each connection with its first reply, and has had its queue of connections to
                accept full before that; it accepts again N ms after its first one

Faults that befall every N-th request of all:

  fails N       the reply is 503
  cuts N        it ends in its middle, and the connection with it
  resets N      the same, by a reset
  mute N        there is none: the connection is closed
  wrong N       its body is a letter off
  other N       its body is the next row
  short N       its body is a byte short, and its length says so
  extra N       a byte follows it
  bloated N     its head has 20,000 bytes
  gibberish N   it is not HTTP

And those that do not end:

  deaf N        each connection after the N-th is closed at once; those before with their second reply
  gone N        with the N-th request the server is gone, listener and all
"""
import json
import re
import socket
import struct
import sys
import threading
import time

SEED = 1
FAULTS = ("fails", "cuts", "resets", "mute", "wrong", "other", "short", "extra", "bloated", "gibberish")
MASK = (1 << 64) - 1


def mix(value):
    """splitmix64, written once more."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & MASK
    return value ^ value >> 31


def letters(number):
    """Ten of them, the last digit of base 26 first."""
    text = ""
    for _ in range(10):
        number, digit = divmod(number, 26)
        text += chr(ord("a") + digit)
    return text


def row(id):
    text = "".join(letters(mix(mix(SEED) ^ (id << 8 | half))) for half in (0, 1))
    return json.dumps({"a": f"{id:010}", "b": text}).encode()


class Count:
    """What came, over all connections."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = self.connections = self.most = self.struck = 0
        self.first = ""
        self.ids = []

    def request(self, text, of_connection, id):
        with self.lock:
            self.requests += 1
            self.most = max(self.most, of_connection)
            self.first = self.first or text
            self.ids.append(id)
            return self.requests

    def strike(self):
        with self.lock:
            self.struck += 1

    def tell(self):
        for name in ("requests", "connections", "most", "struck"):
            print(name, getattr(self, name))
        print("first", json.dumps(self.first))
        print("ids", ",".join(map(str, self.ids)))


def head(body, status="200 OK", version="1.1", fields=""):
    return (f"HTTP/{version} {status}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{fields}\r\n").encode()


def chunked(body):
    pieces = []
    size = 1
    while body:
        pieces.append(b"%x;name=value\r\n%s\r\n" % (len(body[:size]), body[:size]))
        body = body[size:]
        size = size % 7 + 1
    return (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(pieces)
            + b"0\r\nTrailer: is passed over\r\n\r\n")


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def good(manner, body):
    if manner == "chunked":
        return chunked(body)
    if manner == "interim":
        return (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + head(body) + body)
    if manner == "endless":
        return b"HTTP/1.1 200 OK\r\n\r\n" + body
    if manner == "old":
        return head(body, version="1.0") + body
    return head(body) + body


def struck(manner, id):
    body = row(id)
    if manner == "fails":
        return head(b"no", status="503 Service Unavailable") + b"no"
    if manner in ("cuts", "resets"):
        return (head(body) + body)[:-10]
    if manner == "wrong":
        body = body[:-3] + b"A" + body[-2:]
    elif manner == "other":
        body = row(id + 1)
    elif manner == "short":
        body = body[:-1]
    elif manner == "bloated":
        return head(body, fields="Padding: " + "x" * 20000 + "\r\n") + body
    elif manner == "gibberish":
        return b"SSH-2.0-OpenSSH\r\n"
    return head(body) + body + (b"!" if manner == "extra" else b"")


class Server:
    def __init__(self, manner, number):
        self.manner = manner
        self.number = number
        self.count = Count()
        self.open = set()
        self.left = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=0 if manner == "full" else 512)
        self.port = self.listener.getsockname()[1]

    def strike(self, connection, id):
        """Returns whether the connection goes on."""
        self.count.strike()
        if self.manner != "mute":
            connection.sendall(struck(self.manner, id))
        if self.manner == "resets":
            time.sleep(0.1)  # what the client has not read when the reset comes is lost
            reset(connection)
        return self.manner not in ("mute", "cuts", "resets")

    def answer(self, connection, of_connection, total, id):
        """The same."""
        manner = self.manner
        if manner in FAULTS and total % self.number == 0:
            return self.strike(connection, id)
        lasts = {"limit": self.number, "leaves": self.number, "full": 1, "deaf": 2}
        last = of_connection == lasts.get(manner)
        body = b"x" * self.number if manner == "long" else row(id)
        reply = good(manner, body)
        if last and manner != "leaves":
            reply = head(body, fields="Connection: close\r\n") + body
        for byte in reply if manner == "drip" else ():
            connection.sendall(bytes([byte]))
        if manner != "drip":
            connection.sendall(reply)
        return not last and manner not in ("endless", "old")

    def serve(self, connection, number):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.manner == "deaf" and number > self.number:
            self.count.strike()
            return
        if self.manner == "idle":
            connection.settimeout(self.number / 1000)
        pending = b""
        of_connection = 0
        goes_on = True
        while goes_on:
            while b"\r\n\r\n" not in pending:
                data = connection.recv(65536)
                if not data:
                    return
                pending += data
            request, pending = pending.split(b"\r\n\r\n", 1)
            text = request.decode() + "\r\n\r\n"
            id = int(re.match(r"GET /(?:item/)?(\d*)", text)[1] or 0)
            of_connection += 1
            total = self.count.request(text, of_connection, id)
            if self.manner == "gone" and total >= self.number:
                self.leave()
                return
            goes_on = self.answer(connection, of_connection, total, id)

    def leave(self):
        """Nobody listens any more, and every connection is closed."""
        with self.count.lock:
            left, self.left = self.left, True
        if left:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in list(self.open):
            connection.shutdown(socket.SHUT_RDWR)

    def serve_quietly(self, connection, number):
        self.open.add(connection)
        try:
            self.serve(connection, number)
        except (ConnectionError, TimeoutError):
            pass  # the client is free to reset its connection
        except OSError:
            if not self.left:
                raise
        self.open.discard(connection)
        connection.close()

    def accept_one(self):
        connection, _ = self.listener.accept()
        self.count.connections += 1
        if self.manner == "full" and self.count.connections == 1:
            plug = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self.serve_quietly, args=(connection, 1), daemon=True).start()
            time.sleep(self.number / 1000)
            self.listener.accept()[0].close()
            plug.close()
            return
        arguments = (connection, self.count.connections)
        threading.Thread(target=self.serve_quietly, args=arguments, daemon=True).start()

    def accept(self):
        try:
            while True:
                self.accept_one()
        except OSError:
            pass  # nobody listens any more

    def start(self):
        threading.Thread(target=self.accept, daemon=True).start()


def main():
    server = Server(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    server.start()
    print("listening", server.port, flush=True)
    sys.stdin.read()
    server.count.tell()


if __name__ == "__main__":
    main()
