# SPDX-License-Identifier: GPL-3.0-or-later
"""What the subjects of this folder share: the subject contract (bench/README.md) without who waits,
and the echo that they have in common. CPython 3.9 or later; nothing but its own library."""
import argparse
import os
import platform
import resource
import sys
import threading

BACKLOG = 4096  # as of our own servers; net.core.somaxconn caps it
READ_BYTES = 4096  # of one read, which takes the room before it waits; as the manual has it


def runtime():
    """Such as "CPython 3.11.2"."""
    name = f"{platform.python_implementation()} {platform.python_version()}"
    with_gil = getattr(sys, "_is_gil_enabled", lambda: True)()  # asked for since 3.13
    return name if with_gil else f"{name} free-threaded"


def runtime_threads():
    """Threads that the kernel counts and Python did not start: libuv's pool, of uvloop."""
    return max(0, len(os.listdir("/proc/self/task")) - threading.active_count())


def host():
    """The address to listen on: what stands behind --host, or loopback's."""
    given = sys.argv[1:]
    return given[given.index("--host") + 1] if "--host" in given[:-1] else "127.0.0.1"


def waiters_wanted(about):
    """How many a program of the scenario `sleep` makes: --waiters N."""
    parser = argparse.ArgumentParser(description=about, allow_abbrev=False)
    parser.add_argument("--waiters", type=int, required=True, help="how many wait")
    return parser.parse_args().waiters


class Control:
    """The control channel. Whoever serves counts `waiters`."""

    def __init__(self, model, runtime=runtime()):
        self.model = model
        self.runtime = runtime
        self.waiters = 0
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def say(self, *words):
        print(*words, flush=True)  # standard output is a pipe, and would be kept

    def answer(self, question):
        if question == "waiters\n":
            self.say("waiters", self.waiters)
        elif question == "stats\n":
            self.say(f"model {self.model}\nruntime {self.runtime}")
            self.say(f"runtime_threads {runtime_threads()}\nend")
        else:
            print(f"unknown question {question!r} (known: waiters, stats)", file=sys.stderr)

    def serve(self):
        """Answers on this thread until standard input ends, and ends the process."""
        for question in sys.stdin:
            self.answer(question)
        os._exit(0)  # as programs in C do it: thousands still wait, and the contract has a second

    def serve_beside(self):
        """The same on a thread of its own, where an event loop has this one. It sleeps, and leaves
        the interpreter to the loop, but for when it is asked."""
        threading.Thread(target=self.serve, daemon=True).start()
