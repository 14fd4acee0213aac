# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that block, as in bench/blocking: one in so many calls something that takes a while and
uses no processor meanwhile. The same seed and number choose the same requests as there
(src/base/draw.c). Answers before one that blocks are sent first, its own follows the call.
CPython 3.9 or later."""
import argparse
import sys

NUMBER_BYTES = 8  # a request begins with its number
MASK = (1 << 64) - 1


def mix(value):
    """A step of splitmix64."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def options(about, has_pool):
    """Those of bench/blocking that a Python server takes, read from the command line."""
    parser = argparse.ArgumentParser(description=about, allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="IPv4 address to listen on")
    parser.add_argument("--request-size", type=int, default=0, help="bytes that make a request")
    parser.add_argument("--block-us", type=int, default=0, help="how long one that blocks does")
    parser.add_argument("--block-every", type=int, default=0, help="one in so many blocks")
    parser.add_argument("--seed", type=int, default=1, help="decides which ones block")
    if has_pool:
        parser.add_argument("--block-call", choices=["inline", "pool"], default="inline")
        parser.add_argument("--pool-size", type=int, default=4, help="threads of the pool")
    given = parser.parse_args()
    if min(given.request_size, given.block_us, given.block_every, given.seed) < 0:
        parser.error("numbers are 0 or more")
    if given.block_us > 0 and given.block_every == 0:
        parser.error("--block-us needs --block-every")
    if given.block_every > 0 and given.request_size < NUMBER_BYTES:
        parser.error(f"--block-every needs --request-size, of at least {NUMBER_BYTES} bytes")
    return given


class Requests:
    """The requests of one connection, which reads cut anywhere."""

    def __init__(self, given):
        self.size = given.request_size
        self.every = given.block_every
        self.mixed_seed = mix(given.seed)
        self.received = 0  # of the current one
        self.number = b""  # its bytes so far

    def blocks(self):
        number = int.from_bytes(self.number, sys.byteorder)
        return mix(self.mixed_seed ^ number) % self.every == 0

    def parts(self, data):
        """Yields what came in, in parts, each with whether a call goes before it is sent back."""
        begin = at = 0
        while self.every > 0 and at < len(data):
            end = min(len(data), at + self.size - self.received)
            self.number += data[at : min(end, at + NUMBER_BYTES - len(self.number))]
            self.received += end - at
            if self.received == self.size:
                if self.blocks():
                    if begin < at:
                        yield data[begin:at], False
                    yield data[at:end], True
                    begin = end
                self.received = 0
                self.number = b""
            at = end
        if begin < len(data):
            yield data[begin:], False
