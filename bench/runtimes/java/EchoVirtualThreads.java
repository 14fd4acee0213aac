// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * An echo server in Java: a virtual thread for each connection, written as if its calls blocked. All of
 * them wait in one epoll.
 *
 * Of a waiter's user memory the buffer is 4 KiB: Java clears it, and so touches it before there is a
 * request. The rest is its stack, which lies on the heap while it waits, and what Socket keeps.
 *
 * Java 21 or later. The JVM raises the soft limit on open files itself.
 */
final class EchoVirtualThreads {
    private static void acceptAll(ServerSocket listener) throws IOException {
        for (;;) {
            Socket connection = listener.accept();
            Thread.startVirtualThread(() -> Control.serve(connection));
        }
    }

    public static void main(String[] arguments) throws IOException {
        var listener = new ServerSocket(0, 4096, Control.host(arguments));
        Control.start(() -> acceptAll(listener));
        Control.answer(listener.getLocalPort(), "virtual-threads");
    }
}
