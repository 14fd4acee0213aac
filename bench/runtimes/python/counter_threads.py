# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads add one to a counter they share: unsynchronised, which may lose updates, the same where a
call is between reading and writing, and with a lock. CPython 3.9 or later, free-threaded, too."""
import threading

import counter

lock = threading.Lock()


def add_with_lock(shared, times):
    for _ in range(times):
        with lock:
            shared.counter += 1


def count(given, form):
    shared = counter.Shared()
    spans = []
    start = threading.Barrier(given.workers)

    def work():
        start.wait()
        begin = counter.now_ns()
        form.add(shared, given.increments)
        spans.append((begin, counter.now_ns()))

    threads = [threading.Thread(target=work) for _ in range(given.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    form.total = shared.counter
    form.elapsed_ns = counter.elapsed_ns(spans)


given = counter.options(__doc__)
forms = [
    counter.Form("unsynchronised", False, counter.add_unsynchronised),
    counter.Form("call_unsynchronised", False, counter.add_unsynchronised_by_call),
    counter.Form("mutex", True, add_with_lock),
]
for form in forms:
    count(given, form)
counter.finish(given, forms)
