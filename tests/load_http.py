#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""waitbench load --protocol http against a server of known manners, in this process, so that both may
be asked what came: load_http.py CASE. WAITBENCH_BUILD names the build; the current folder is the
test's own."""
import csv
import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from types import SimpleNamespace

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "subjects"))
import web  # noqa: E402

LOOPS = (("--closed",), ("--rate", "150"))


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def put_load(port, *options):
    """Returns the row's cells, `status` and `notes`. Without a warm-up, so that it counts all but the
    greetings."""
    if os.path.exists("row.csv"):
        os.unlink("row.csv")
    command = [os.environ["WAITBENCH_BUILD"] + "/waitbench", "load", "--protocol", "http", "--port"]
    command += [str(port), "--csv", "row.csv", "--idle-wait", "block", "--warmup", "0", *options]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    print(" ".join(options), done.stderr, sep="\n")
    with open("row.csv", newline="") as file:
        row = {name: number(text) for name, text in next(csv.DictReader(file)).items()}
    if row["requests_offered"] != "":
        assert row["requests_offered"] == (
            row["requests_answered"] + row["requests_lost"] + row["requests_failed"]), row
    return SimpleNamespace(**row, status=done.returncode, notes=done.stderr)


def serve(manner, value=0):
    server = web.Server(manner, value)
    server.start()
    return server


def put_until(manner, value, enough, *options, duration=0.2):
    """To a new server each time, and for longer, until there was enough to see: a machine that is busy
    with other things may leave little of a short time."""
    for _ in range(5):
        server = serve(manner, value)
        run = put_load(server.port, "--duration", str(duration), *options)
        count = server.count
        print({name: getattr(count, name) for name in ("requests", "connections", "most", "struck")})
        if enough(run, count):
            return run, count
        duration *= 3
    raise AssertionError("there was never enough to see")


def is_answered(run, _):
    return run.requests_answered > 6


def assert_good(run):
    assert run.errors == run.requests_lost == run.requests_failed == 0, run
    assert run.requests_answered == run.requests_offered, run


def serves(manner, value, check):
    """Both loops get on with it."""
    for loop in LOOPS:
        run, count = put_until(manner, value, is_answered, "--connections", "2", *loop)
        assert_good(run)
        # Each connection's greeting is one, too.
        assert run.requests_answered + 2 == count.requests
        assert check(run, count), (run, count)


def framings():
    for manner in ("plain", "chunked", "drip", "interim"):
        serves(manner, 0, lambda run, count: run.reconnects == 0 and count.connections == 2)


def ends():
    for manner in ("endless", "old"):
        serves(manner, 0, lambda run, count: (
            run.reconnects == run.requests_answered == count.connections - 2))


def limits():
    """Whether the server says so or not."""
    for manner in ("limit", "leaves"):
        serves(manner, 3, lambda run, count: (
            count.connections == 2 + run.reconnects > 2 and count.most == 3))


def idle():
    run, count = put_until("idle", 40, lambda run, _: run.reconnects > 3, "--connections", "4",
                           "--rate", "25", duration=1)
    assert_good(run)
    assert run.requests_answered + 4 == count.requests
    assert run.reconnects + 4 == count.connections


def waits():
    """The queue is full for so many ms, and the handshake's first try is a second before the next. One
    that comes too late to find it full is no matter of ours."""
    for full_ms in (500, 1500, 5000):
        server = serve("full", full_ms)
        run = put_load(server.port, "--connections", "1", "--rate", "200", "--duration", "0.3")
        assert run.requests_answered + run.requests_lost == run.requests_offered
        if run.max_ns >= 0.9e9:
            return
    raise AssertionError("no request waited for a handshake")


def ids():
    for seed in (3, 4):
        run, count = put_until("plain", 0, is_answered, "--connections", "1", "--rate", "200", "--seed",
                               str(seed), "--ids", "5..1000", "--no-verify-body", "--host", "localhost")
        assert_good(run)
        assert count.ids == [5 + web.mix(web.mix(seed) ^ number) % 996
                             for number in range(1, len(count.ids) + 1)], count.ids
        host = re.search(r"\r\nHost: (localhost:\d+)\r\n\r\n$", count.first)[1]
        assert count.first == f"GET /item/{count.ids[0]} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def strikes(manner, words, check):
    """A fault of every 7th request is an error of that request, and of no other."""
    for loop in LOOPS:
        run, count = put_until(manner, 7, lambda _, count: count.struck > 3, "--connections", "2", *loop)
        assert run.status == 1
        assert run.errors == count.struck and run.requests_lost == 0
        assert run.errors - 2 <= run.requests_failed <= run.errors
        assert run.requests_answered == run.requests_offered - run.requests_failed
        assert re.search(f"{count.struck} {words}", run.notes), words
        assert check(run)


def error_replies():
    strikes("fails", r"error reply \(first: connection .: error reply: status 503 Service Unavailable\)",
            lambda run: run.reconnects == 0)


def wrong_replies():
    for manner, words in (("wrong", r"its body is not row [0-9]+ of seed 1: is the server's --seed another\?"),
                          ("other", r"its body is not row [0-9]+ of seed 1: is the server's --seed another\?"),
                          ("short", "its body is not as long as a row"),
                          ("extra", "bytes after its end"),
                          ("bloated", "not HTTP: its head is too long"),
                          ("gibberish", "not HTTP: .*")):
        strikes(manner, r"wrong reply \(first: connection .: wrong reply: " + words + r"\)",
                lambda run: run.reconnects >= run.errors - 2)


def cut_replies():
    strikes("cuts", r"closed \(first: connection .: closed\)",
            lambda run: run.reconnects >= run.errors - 2)


def often():
    """A session whose every second request fails goes on: only failures in a row end it."""
    run, count = put_until("cuts", 2, lambda _, count: count.struck > 40, "--connections", "1", "--closed")
    assert run.errors == count.struck
    assert abs(run.requests_answered - run.requests_failed) <= 1


def resets():
    """What the client has not read when a reset comes is lost: its request may be sent once more."""
    run, count = put_until("resets", 15, lambda run, _: run.errors > 1, "--connections", "2", "--closed",
                           duration=0.7)
    assert run.errors <= count.struck and run.requests_lost == 0
    assert re.search(r"reset \(first: connection .: reset: Connection reset by peer\)", run.notes)


def mute():
    """A request may be sent once more where its connection was in use before, since it may have
    crossed the server's close: it is the same once more, and no error."""
    run, count = put_until("mute", 7, lambda _, count: count.struck > 3, "--connections", "1",
                           "--rate", "150")
    assert_good(run)
    assert int(re.search(r"; (\d+) requests sent once more", run.notes)[1]) == count.struck
    assert run.reconnects == count.struck == count.connections - 1
    assert run.requests_answered + 1 == count.requests - count.struck
    asked = [id for total, id in enumerate(count.ids, 1) if total % 7 != 0]
    assert asked == [1 + web.mix(web.mix(1) ^ number) % 100000 for number in range(1, len(asked) + 1)]
    # On a connection that was not in use before, as all but the greeting's, it is an error.
    run, count = put_until("mute", 2, lambda _, count: count.struck > 6, "--connections", "1",
                           "--rate", "150", "--requests-per-connection", "1")
    assert run.errors == run.requests_failed == count.struck - 1 and run.requests_lost == 0


def deaf():
    server = serve("deaf", 2)
    run = put_load(server.port, "--connections", "2", "--duration", "60", "--closed")
    assert run.status == 1 and run.requests_answered == 2 and server.count.requests == 4
    assert run.errors == run.requests_failed == server.count.struck == 40
    assert run.duration_seconds < 50
    assert "2 of 2 active connections were given up, after 20 failures in a row each" in run.notes


def gone():
    server = serve("gone", 100)
    run = put_load(server.port, "--connections", "4", "--duration", "60", "--rate", "500")
    assert run.status == 1 and 0 < run.requests_failed and run.requests_answered <= 100
    assert run.requests_lost == 0 and run.duration_seconds < 50
    # Twenty tries of each at the most.
    assert int(re.search(r"(\d+) refused", run.notes)[1]) <= 80
    assert "4 of 4 active connections were given up" in run.notes


def at_once():
    server = serve("fails", 1)
    run = put_load(server.port, "--connections", "3", "--duration", "60", "--closed")
    assert run.status == 1 and server.count.requests == 3
    assert "0 of 3 connections were served; 3 error reply (first: connection " in run.notes
    assert "status 503 Service Unavailable" in run.notes


def idle_drop():
    run, _ = put_until("idle", 300, lambda run, _: "3 closed" in run.notes, "--connections", "5",
                       "--active", "2", "--rate", "100", duration=1)
    assert run.status == 1 and run.errors == 3
    assert run.requests_answered == run.requests_offered


def any_body():
    options = ("--connections", "2", "--closed")
    run, _ = put_until("long", 300000, is_answered, "--no-verify-body", "--path", "/", *options)
    assert_good(run)
    run = put_load(serve("long", 300000).port, "--duration", "60", *options)
    assert run.status == 1 and "its body is not as long as a row" in run.notes


def another():
    """Python's own: HTTP/1.1 as others write it, with a date."""
    os.makedirs("files", exist_ok=True)
    with open("files/7", "wb") as file:
        file.write(os.urandom(100000))
    handler = http.server.SimpleHTTPRequestHandler
    handler.protocol_version = "HTTP/1.1"
    handler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory="files"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    options = ("--connections", "2", "--closed", "--no-verify-body", "--path", "/{id}", "--ids")
    run = put_load(port, "--duration", "1", *options, "7..7")
    assert run.requests_answered > 0 and run.reconnects == 0 and run.protocol == "http"
    assert run.payload_bytes == ""
    assert_good(run)
    run = put_load(port, "--duration", "60", *options, "8..8")
    assert run.status == 1 and "2 error reply (first: connection " in run.notes
    assert "status 404 Not Found" in run.notes


globals()[sys.argv[1]]()
