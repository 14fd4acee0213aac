# SPDX-License-Identifier: GPL-3.0-or-later
"""A path between two network namespaces that takes its time and loses packets, where the kernel has
no netem: a process with one end of each of two TUN devices passes packets on.

usage: slow_path.py NAMESPACE ADDRESS NAMESPACE ADDRESS DELAY_MS LOSS

Makes a device `path` in each, with those addresses (such as 10.1.0.1/24), says "ready", and ends
with its standard input. The delay is one way; the loss a share from 0 to 1, drawn from a fixed
seed."""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001


def make_device(namespace, address):
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(there, CLONE_NEWNET) != 0:
        sys.exit(f"cannot enter {namespace}: {os.strerror(ctypes.get_errno())}")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"path", IFF_TUN_NO_PI))
    libc.setns(here, CLONE_NEWNET)
    ip = ["ip", "-n", namespace]
    subprocess.run(ip + ["address", "add", address, "dev", "path"], check=True)
    subprocess.run(ip + ["link", "set", "path", "up"], check=True)
    return device


def write(device, packet):
    try:
        os.write(device, packet)
    except OSError:  # the other end is not up, or its queue is full: the packet is lost
        pass


def pass_on(devices, delay, loss):
    """Until standard input ends."""
    other = {devices[0]: devices[1], devices[1]: devices[0]}
    draw = random.Random(1)
    queue = []
    count = 0
    poll = select.poll()
    for descriptor in (*devices, 0):
        poll.register(descriptor, select.POLLIN)
    while True:
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            write(*heapq.heappop(queue)[2:])
        wait = max(0, queue[0][0] - time.monotonic()) * 1000 if queue else None
        # A millisecond is poll's finest: what is due sooner is waited for awake.
        for descriptor, _ in poll.poll(0 if wait is not None and wait < 1 else wait):
            if descriptor == 0:
                return
            packet = os.read(descriptor, 65536)
            if draw.random() >= loss:
                count += 1
                heapq.heappush(queue, (time.monotonic() + delay, count, other[descriptor], packet))


def main():
    first, second = make_device(*sys.argv[1:3]), make_device(*sys.argv[3:5])
    print("ready", flush=True)
    pass_on((first, second), float(sys.argv[5]) / 1000, float(sys.argv[6]))


main()
