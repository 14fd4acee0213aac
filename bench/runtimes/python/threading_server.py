# SPDX-License-Identifier: GPL-3.0-or-later
"""An echo server with a thread for each connection, by the modules socket and threading. It takes
the options of the scenario `blocking`, too: the thread that has read a request makes its call.
CPython 3.9 or later."""
import socket
import threading
import time

import blocking
import contract

given = blocking.options(__doc__, has_pool=False)
control = contract.Control("threads")
lock = threading.Lock()  # a thread may lose the processor within `+= 1`


def echo(connection):
    requests = blocking.Requests(given)
    while data := connection.recv(contract.READ_BYTES):
        for part, blocks in requests.parts(data):
            if blocks:
                time.sleep(given.block_us / 1e6)
            connection.sendall(part)


def serve(connection):
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with lock:
            control.waiters += 1
        try:
            echo(connection)
        except ConnectionError:
            pass  # the peer's matter
        finally:
            with lock:
                control.waiters -= 1


def accept(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


listener = socket.create_server((given.host, 0), backlog=contract.BACKLOG)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
control.say("listening", listener.getsockname()[1])
control.serve()
