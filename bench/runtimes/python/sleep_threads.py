# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that wait for an event, and nothing else: the talk's own program, of the scenario `sleep`
(bench/sleep). CPython 3.9 or later."""
import threading

import contract

count = contract.waiters_wanted(__doc__)
control = contract.Control("threads")
event = threading.Event()  # nobody sets it
changed = threading.Condition()


def wait():
    with changed:
        control.waiters += 1
        changed.notify()
    event.wait()


for _ in range(count):
    threading.Thread(target=wait, daemon=True).start()
with changed:
    changed.wait_for(lambda: control.waiters == count)
control.say("waiting", count)
control.serve()
