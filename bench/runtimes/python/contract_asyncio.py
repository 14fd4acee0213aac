# SPDX-License-Identifier: GPL-3.0-or-later
"""The control channel on an asyncio event loop, which answers between its connections: the process
has one thread. CPython 3.9 or later."""
import asyncio
import sys


async def serve(control):
    """Answers until standard input ends, and ends the process."""
    questions = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(questions), sys.stdin
    )
    async for question in questions:
        control.answer(question.decode())
    control.end()
