# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that sleep, and nothing else: the talk's own program, of the scenario `sleep`
(bench/sleep). CPython 3.9 or later."""
import asyncio

import contract

SECONDS = 86400  # longer than any trial

control = contract.Control("loop")


async def wait():
    control.waiters += 1
    await asyncio.sleep(SECONDS)


async def main(count):
    tasks = [asyncio.create_task(wait()) for _ in range(count)]
    await asyncio.sleep(0)  # each has its turn, and sleeps
    control.say("waiting", len(tasks))
    control.serve_beside()
    await asyncio.sleep(SECONDS)


asyncio.run(main(contract.waiters_wanted(__doc__)))
