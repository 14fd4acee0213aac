// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * An echo server in Java: a thread of the kernel for each connection.
 *
 * Most of a waiter's user memory is stack that is touched and never used: before a call into the system
 * the interpreter touches each of the next 20 pages (StackShadowPages), lest they run out there, and
 * compiled code only the last of them. So the first thousand threads have 88 KiB of stack, and those
 * that begin after the code was compiled 16 KiB. A read into an array goes through a buffer of the same
 * size outside of the heap, which the thread keeps.
 *
 * Java 11 or later. The JVM raises the soft limit on open files itself.
 */
final class EchoThreads {
    private static void acceptAll(ServerSocket listener) throws IOException {
        for (;;) {
            Socket connection = listener.accept();
            Thread thread = new Thread(() -> Control.serve(connection));
            thread.setDaemon(true);
            thread.start();
        }
    }

    public static void main(String[] arguments) throws IOException {
        var listener = new ServerSocket(0, 4096, Control.host(arguments));
        Control.start(() -> acceptAll(listener));
        Control.answer(listener.getLocalPort(), "threads");
    }
}
