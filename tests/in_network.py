#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command in a network of its own, with nothing in it but loopback:

    in_network.py [SETTING=VALUE...] -- COMMAND...

Settings are sysctls below net., such as ipv4.ip_local_port_range. Exits 77 where that is not allowed."""
import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41


def enter(settings):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP_RUNNING))
    for setting in settings:
        name, value = setting.split("=", 1)
        with open("/proc/sys/net/" + name.replace(".", "/"), "w") as file:
            file.write(value)


def main():
    end = sys.argv.index("--")
    try:
        enter(sys.argv[1:end])
    except OSError as error:
        print(f"no network of one's own: {error}", file=sys.stderr)
        sys.exit(77)
    os.execvp(sys.argv[end + 1], sys.argv[end + 1 :])


main()
