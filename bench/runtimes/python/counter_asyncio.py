# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of one event loop add one to a counter they share, and nobody else runs in between: either
many times in a row, as a thread does, or with a turn of the loop before each. CPython 3.9 or
later."""
import asyncio

import counter

SLICE = 1000  # additions between two turns of the loop, as in bench/counter/loop.c


async def work(given, form, times, shared):
    left = given.increments
    while left > 0:
        await asyncio.sleep(0)
        form.add(shared, min(times, left))
        left -= times


async def count(given, form, times):
    shared = counter.Shared()
    begin = counter.now_ns()
    await asyncio.gather(*(work(given, form, times, shared) for _ in range(given.workers)))
    form.elapsed_ns = counter.now_ns() - begin
    form.total = shared.counter


async def main(given):
    forms = [
        (counter.Form("unsynchronised", True, counter.add_unsynchronised), SLICE),
        (counter.Form("call_unsynchronised", True, counter.add_unsynchronised_by_call), SLICE),
        (counter.Form("yield", True, counter.add_unsynchronised), 1),
    ]
    for form, times in forms:
        await count(given, form, times)
    counter.finish(given, [form for form, _ in forms])


asyncio.run(main(counter.options(__doc__)))
