#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""in_terminal.py COLUMNS COMMAND...: runs it in a terminal of that width, and prints what it showed."""
import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    pid, terminal = pty.fork()
    if pid == 0:
        size = struct.pack("HHHH", 25, int(sys.argv[1]), 0, 0)
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.environ["TERM"] = "xterm"
        os.execvp(sys.argv[2], sys.argv[2:])
    while True:
        try:
            shown = os.read(terminal, 65536)
        except OSError:  # all who had it open have ended
            break
        if not shown:
            break
        sys.stdout.buffer.write(shown)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main()
