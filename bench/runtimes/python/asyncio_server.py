# SPDX-License-Identifier: GPL-3.0-or-later
"""An echo server by asyncio's streams: a task for each connection. It takes the options of the
scenario `blocking`, too: the task that has read a request makes its call itself, which stops the
loop (--block-call inline), or awaits asyncio.to_thread (pool). CPython 3.9 or later."""
import asyncio
import concurrent.futures
import time

import blocking
import contract

given = blocking.options(__doc__, has_pool=True)
control = contract.Control("loop")


async def call():
    seconds = given.block_us / 1e6
    if given.block_call == "pool":
        await asyncio.to_thread(time.sleep, seconds)
    else:
        time.sleep(seconds)


async def echo(reader, writer):
    requests = blocking.Requests(given)
    while data := await reader.read(contract.READ_BYTES):
        for part, blocks in requests.parts(data):
            if blocks:
                await call()
            writer.write(part)
            await writer.drain()


async def serve(reader, writer):  # asyncio has set TCP_NODELAY
    control.waiters += 1
    try:
        await echo(reader, writer)
    except ConnectionError:
        pass  # the peer's matter
    finally:
        control.waiters -= 1
        writer.close()


async def main():
    if given.block_call == "pool":
        pool = concurrent.futures.ThreadPoolExecutor(given.pool_size)
        asyncio.get_running_loop().set_default_executor(pool)
    server = await asyncio.start_server(serve, given.host, 0, backlog=contract.BACKLOG)
    control.say("listening", server.sockets[0].getsockname()[1])
    control.serve_beside()
    await server.serve_forever()


asyncio.run(main())
