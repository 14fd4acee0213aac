# SPDX-License-Identifier: GPL-3.0-or-later
"""What the halves of the counter share, as in bench/counter: K workers each add one to the same
counter, M times. A half says who the workers are. Answers are verified before figures are printed.
CPython 3.9 or later."""
import argparse
import sys
import time


class Shared:
    counter = 0


def one_more(value):
    return value + 1


class Form:
    """A way to add one. One that is `exact` must end at K*M, another may lose updates."""

    def __init__(self, name, exact, add):
        self.name = name
        self.exact = exact
        self.add = add  # called with a Shared and how often to add one to its counter
        self.total = self.elapsed_ns = 0


# CPython gives the interpreter to another thread at the beginning of a function and at the end of a
# loop's turn (from 3.10 on, and where it has a global lock): not within a statement without a call.
def add_unsynchronised(shared, times):
    for _ in range(times):
        shared.counter += 1


def add_unsynchronised_by_call(shared, times):
    for _ in range(times):
        shared.counter = one_more(shared.counter)


def elapsed_ns(spans):
    """From the first worker's begin to the last one's end; `spans` are pairs of clock readings."""
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


def now_ns():
    return time.perf_counter_ns()


def options(about):
    parser = argparse.ArgumentParser(description=about, allow_abbrev=False)
    parser.add_argument("--workers", type=int, default=4, help="how many add at once")
    parser.add_argument("--increments", type=int, default=5000000, help="how often each adds one")
    given = parser.parse_args()
    if given.workers < 1 or given.increments < 1:
        parser.error("numbers are 1 or more")
    return given


def finish(given, forms):
    """Verifies the totals and prints what they cost."""
    expected = given.workers * given.increments
    for form in forms:
        if not (form.total == expected or (not form.exact and 0 < form.total < expected)):
            sys.exit(f"counter: {form.name} ended at {form.total}, not at {expected}")
    print(f"parameter_workers_count {given.workers}")
    print(f"parameter_increments_count {given.increments}")
    for form in forms:
        lost = expected - form.total
        print(f"{form.name}_increment_ns {form.elapsed_ns / expected:.9g}")
        print(f"{form.name}_lost_count {lost}")
        print(f"{form.name}_lost_ratio {lost / expected:.9g}")
    print("end")
