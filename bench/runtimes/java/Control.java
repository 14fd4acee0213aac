// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** What the servers in Java share: the questions that come on standard input, and work that blocks. */
final class Control {
    /** The connections that are waited on now. */
    static final AtomicInteger WAITERS = new AtomicInteger();

    /** The address to listen on: what stands behind --host, or loopback's. */
    static InetAddress host(String[] arguments) throws IOException {
        boolean given = arguments.length == 2 && arguments[0].equals("--host");
        return InetAddress.getByName(given ? arguments[1] : "127.0.0.1");
    }

    /** What serves connections, for as long as the process lives. */
    interface Server {
        void run() throws IOException;
    }

    /** Starts the server on a thread of its own; if it fails, so does the process. */
    static void start(Server server) {
        Thread thread = new Thread(() -> {
            try {
                server.run();
            } catch (IOException | OutOfMemoryError failure) { // the latter: no more threads
                System.err.println(failure);
                Runtime.getRuntime().halt(1);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Echoes until the connection ends, with calls that block whoever makes them. */
    static void serve(Socket connection) {
        WAITERS.incrementAndGet();
        try (connection) {
            connection.setTcpNoDelay(true);
            var in = connection.getInputStream();
            var out = connection.getOutputStream();
            var buffer = new byte[4096];
            for (int got; (got = in.read(buffer)) >= 0;) {
                out.write(buffer, 0, got);
            }
        } catch (IOException reset) {
            // ends the connection, as its end does
        } finally {
            WAITERS.decrementAndGet();
        }
    }

    /**
     * Says where we listen and answers until there are no more questions. The model is `threads` where
     * each waiter is a thread of the kernel. Standard output is flushed at the end of each line.
     */
    static void answer(int port, String model) throws IOException {
        System.out.println("listening " + port);
        var questions = new BufferedReader(new InputStreamReader(System.in));
        for (String question; (question = questions.readLine()) != null;) {
            if (question.equals("waiters")) {
                System.out.println("waiters " + WAITERS.get());
            } else if (question.equals("stats")) {
                int waiters = model.equals("threads") ? WAITERS.get() : 0;
                int threads = new File("/proc/self/task").list().length - waiters;
                System.out.println("model " + model + "\nruntime OpenJDK " + Runtime.version().feature()
                    + "\nruntime_threads " + threads + "\nend");
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private Control() {
    }
}
