#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An echo server that holds so many bytes for each of its connections, which the first argument says."""
import asyncio
import sys

held = {}


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        held[self] = bytearray(b"x") * int(sys.argv[1])

    def data_received(self, data):
        self.transport.write(data)

    def connection_lost(self, error):
        del held[self]


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=128)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(f"waiters {len(held)}" if line == "waiters\n" else "end", flush=True)


asyncio.run(main())
