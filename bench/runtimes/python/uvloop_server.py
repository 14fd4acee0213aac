# SPDX-License-Identifier: GPL-3.0-or-later
"""The echo server of asyncio_protocol_server.py on uvloop, an event loop for asyncio that is libuv.
CPython 3.11 or later, uvloop 0.17 or later."""
import asyncio

import uvloop

import asyncio_protocol_server
import contract

runtime = f"{contract.runtime()}, uvloop {uvloop.__version__}"
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(asyncio_protocol_server.main(contract.Control("loop", runtime)))
