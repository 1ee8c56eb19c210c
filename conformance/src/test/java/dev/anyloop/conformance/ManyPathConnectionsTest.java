package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.run.Descriptors;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More than a kit has time for: RES-003 at a path. */
class ManyPathConnectionsTest {

    private static final int PAIRS = 9_000;

    @TempDir
    Path directory;

    private final List<Socket> clients = new ArrayList<>();
    private int echoed;

    /** All begin at once, which the backlog has no room for, and both ends are in this process: 18,000 sockets. */
    @Test
    @Timeout(120)
    void nineThousandConnectionsToOnePathAllWork() {
        Descriptors.assume(2 * PAIRS + 200);
        EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop -> {
            Server server = loop.listen(UnixDomainSocketAddress.of(directory.resolve("server")), ListenOptions.defaults(),
                    (listening, socket) -> socket.onRead(Socket::write));
            for (int i = 0; i < PAIRS; i++) {
                connect(loop, server.localAddress());
            }
            loop.interval(Duration.ofMillis(1), timer -> {
                if (loop.stats().openSockets() == 2 * PAIRS) {
                    timer.cancel();
                    clients.forEach(client -> client.write("x"));
                }
            });
        });
        assertEquals(PAIRS, echoed);
    }

    private void connect(EventLoop loop, SocketAddress remote) {
        clients.add(loop.connect(remote, ConnectOptions.defaults())
                .onRead((socket, data) -> {
                    if (++echoed == PAIRS) {
                        loop.close();
                    }
                }));
    }
}
