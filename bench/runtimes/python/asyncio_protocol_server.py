# SPDX-License-Identifier: GPL-3.0-or-later
"""An echo server by asyncio's protocols: the loop calls an object for each connection, and there
are no tasks. CPython 3.9 or later."""
import asyncio

import contract


class Echo(asyncio.Protocol):
    def __init__(self, control):
        self.control = control

    def connection_made(self, transport):  # asyncio has set TCP_NODELAY
        self.transport = transport
        self.control.waiters += 1

    def data_received(self, data):
        self.transport.write(data)

    def pause_writing(self):  # a peer that does not read is not read from either
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()

    def connection_lost(self, error):
        self.control.waiters -= 1


async def main(control):
    server = await asyncio.get_running_loop().create_server(
        lambda: Echo(control), contract.host(), 0, backlog=contract.BACKLOG
    )
    control.say("listening", server.sockets[0].getsockname()[1])
    control.serve_beside()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(contract.Control("loop")))
