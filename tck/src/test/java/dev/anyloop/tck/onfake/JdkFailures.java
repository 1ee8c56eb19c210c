package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** What the JDK throws when something fails, made by letting it fail. */
final class JdkFailures {

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

    private JdkFailures() {}

    private static SocketChannel open() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.INET);
    }

    /** Bound, but not listened on. */
    static IOException refused() throws IOException {
        try (SocketChannel bound = open().bind(LOOPBACK); SocketChannel connecting = open()) {
            return assertThrows(IOException.class, () -> connecting.connect(bound.getLocalAddress()));
        }
    }

    static IOException inUse() throws IOException {
        try (SocketChannel bound = open().bind(LOOPBACK); SocketChannel binding = open()) {
            return assertThrows(IOException.class, () -> binding.bind(bound.getLocalAddress()));
        }
    }

    /** 192.0.2.0/24 is for documentation: no machine has an address of it. */
    static IOException notAvailable() throws IOException {
        try (SocketChannel binding = open()) {
            return assertThrows(IOException.class, () -> binding.bind(new InetSocketAddress("192.0.2.1", 0)));
        }
    }

    /** The broadcast address of the loopback network: Linux finds no route to it for TCP. */
    static IOException unreachable() throws IOException {
        try (SocketChannel connecting = open()) {
            return assertThrows(IOException.class, () -> connecting.connect(new InetSocketAddress("127.255.255.255", 9)));
        }
    }

    /** By a peer that resets the connection before it is found to be made. */
    static IOException reset() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET).bind(LOOPBACK);
                SocketChannel connecting = open()) {
            connecting.configureBlocking(false);
            connecting.connect(server.getLocalAddress());
            server.accept().setOption(StandardSocketOptions.SO_LINGER, 0).close();
            return assertThrows(IOException.class, connecting::finishConnect);
        }
    }
}
