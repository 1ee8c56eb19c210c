package dev.anyloop.tck.rules.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What the chapters about listening share: servers that count whom they accept. */
abstract class ListenChapter extends Chapter {

    /** To try where somebody else may have a port: other kits and their clients are under way. */
    static final int MOST_PORTS = 20;

    int accepted;

    static String host(Server server) {
        return ((InetSocketAddress) server.localAddress()).getAddress().getHostAddress();
    }

    /** A server that counts whom it accepts, and turns them away. */
    final Server serve(EventLoop loop, @Nullable String host, int port) {
        return loop.listen(host, port, (server, socket) -> {
            accepted++;
            socket.close();
        });
    }

    static void assertBindFails(EventLoop loop, ErrorKind kind, String host, int port) {
        int servers = loop.stats().servers();
        NetworkException error = assertThrows(NetworkException.class, () -> loop.listen(host, port, (server, s) -> {}));
        assertEquals(kind, error.kind());
        assertEquals(Operation.LISTEN, error.operation());
        assertEquals(host + " " + port, error.host() + " " + error.port());
        assertInstanceOf(IOException.class, error.getCause());
        assertEquals(servers, loop.stats().servers());
    }
}
