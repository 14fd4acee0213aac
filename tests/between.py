# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between a run and its client, as a bad path or a bad host would.

usage: between.py WHAT FILE COMMAND...

dies: the first time that it is told to begin, it kills the client and ends; FILE is made then.
lags: tells the client half a second later than it heard when to begin.
hangs: never tells.
ends: ends after the first load, when its excursions are asked for; FILE is made then.
notes: writes the client's process to FILE, and is no more in the way."""

import os
import subprocess
import sys
import threading
import time


def answers(client):
    for line in client.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def questions(client, what, path):
    for line in sys.stdin.buffer:
        if line.startswith(b"begin"):
            if what == "dies" and not os.path.exists(path):
                open(path, "w").close()
                client.kill()
                sys.exit("lost its power")
            if what == "lags":
                time.sleep(0.5)
            if what == "hangs":
                continue
        client.stdin.write(line)
        client.stdin.flush()
        if what == "ends" and line.startswith(b"excursions") and not os.path.exists(path):
            open(path, "w").close()
            time.sleep(0.2)
            return


def main():
    what, path, *command = sys.argv[1:]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if what == "notes":
        with open(path, "a") as file:
            print(client.pid, file=file)
    thread = threading.Thread(target=answers, args=(client,), daemon=True)
    thread.start()
    try:
        questions(client, what, path)
    except BrokenPipeError:
        pass
    client.stdin.close()
    client.wait()
    thread.join()


main()
