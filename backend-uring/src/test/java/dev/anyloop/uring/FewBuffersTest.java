package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many who send a lot, and four buffers for all that they send. */
class FewBuffersTest {

    private static final int CLIENTS = Integer.getInteger("uring.uploads", 500);
    private static final int BYTES = 256 * 1024;
    private static final int BUFFERS = 4;
    /** An upload takes four turns at least, and each of them is one for the echo. */
    private static final int LEAST_ECHOES = 3;

    private static final Duration QUIET = Duration.ofMillis(300);

    private final List<Upload> uploads = new ArrayList<>();
    private int complete;
    private int echoes;
    private int echoesBeforeTheLast;
    private boolean over;

    /** Each byte is known by its place. */
    private final class Upload {

        private int received;
        private boolean wrong;

        void take(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                wrong |= bytes.get() != (byte) (received++ * 31);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "incremental", "multishot"})
    void nothingIsLostNobodySpinsAndOthersAreServed(String without) throws IOException {
        try (EventLoop loop = Loads.open(Features.probed().without(Set.of(without)).sized(64, BUFFERS))) {
            Server server = loop.listen("127.0.0.1", 0, (it, socket) -> {
                Upload upload = new Upload();
                uploads.add(upload);
                socket.onRead((s, bytes) -> upload.take(bytes)).onEnd(s -> {
                    s.close();
                    if (++complete == CLIENTS) {
                        echoesBeforeTheLast = echoes;
                        over = true;
                    }
                });
            });
            Server echo = loop.listen("127.0.0.1", 0, (it, socket) -> socket.onRead((s, bytes) -> s.write(bytes)).onEnd(Socket::close));
            for (int i = 0; i < CLIENTS; i++) {
                upload(loop, server);
            }
            echo(loop, echo, server);
            loop.run();
        }
        assertEquals(CLIENTS, complete);
        assertEquals(CLIENTS, uploads.stream().filter(upload -> upload.received == BYTES && !upload.wrong).count());
        assertTrue(echoesBeforeTheLast >= LEAST_ECHOES, "only " + echoesBeforeTheLast + " echoes meanwhile");
    }

    private static void upload(EventLoop loop, Server server) {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (i * 31);
        }
        loop.connect(server.localAddress(), ConnectOptions.defaults()).onConnect(s -> {
            s.write(bytes);
            s.close();
        });
    }

    /** As long as the uploads take; then everybody is quiet, and the loop shall be too. */
    private void echo(EventLoop loop, Server echo, Server server) {
        Socket client = loop.connect(echo.localAddress(), ConnectOptions.defaults());
        client.onConnect(s -> s.write("x")).onRead((s, bytes) -> {
            echoes++;
            if (!over) {
                s.write(bytes);
                return;
            }
            loop.timer(QUIET, first -> {
                long turns = loop.stats().turns();
                loop.timer(QUIET, second -> {
                    assertTrue(loop.stats().turns() - turns < 10, "it spins");
                    s.close();
                    echo.close();
                    server.close();
                });
            });
        });
    }
}
