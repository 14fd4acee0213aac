// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * An echo server in Java: one thread with a Selector (epoll) over all connections.
 *
 * Java 11 or later. The JVM raises the soft limit on open files itself. All connections share one buffer;
 * what a peer does not take at once is kept for it, and nothing more is read from it until that is gone.
 */
final class EchoNio {
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);

    private EchoNio(InetAddress host) throws IOException {
        listener.bind(new InetSocketAddress(host, 0), 4096);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    private void accept() throws IOException {
        for (SocketChannel connection; (connection = listener.accept()) != null;) {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.configureBlocking(false);
            connection.register(selector, SelectionKey.OP_READ);
            Control.WAITERS.incrementAndGet();
        }
    }

    private void read(SelectionKey key, SocketChannel connection) throws IOException {
        if (connection.read(buffer.clear()) < 0) {
            close(connection);
            return;
        }
        connection.write(buffer.flip());
        if (buffer.hasRemaining()) {
            key.attach(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private void write(SelectionKey key, SocketChannel connection) throws IOException {
        ByteBuffer rest = (ByteBuffer) key.attachment();
        connection.write(rest);
        if (!rest.hasRemaining()) {
            key.attach(null);
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private static void close(SocketChannel connection) throws IOException {
        Control.WAITERS.decrementAndGet();
        connection.close();
    }

    private void serve(SelectionKey key) throws IOException {
        SocketChannel connection = (SocketChannel) key.channel();
        try {
            if (key.isReadable()) {
                read(key, connection);
            } else {
                write(key, connection);
            }
        } catch (IOException reset) {
            close(connection);
        }
    }

    private void run() throws IOException {
        for (;;) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    accept();
                } else {
                    serve(key);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    public static void main(String[] arguments) throws IOException {
        var server = new EchoNio(Control.host(arguments));
        Control.start(server::run);
        Control.answer(server.listener.socket().getLocalPort(), "loop");
    }
}
