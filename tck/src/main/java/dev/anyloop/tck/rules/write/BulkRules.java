package dev.anyloop.tck.rules.write;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.NotOver.NO_HALF_CLOSE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Payload;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.rules.SocketChapter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Chapter WRITE of the specification, continued: much in both directions of a connection at once. */
public abstract class BulkRules extends SocketChapter {

    /** Room for two segments of the loopback interface, so that each side waits for the other, but for no timer of TCP's. */
    private static final SocketOptions NARROW =
            SocketOptions.defaults().withBufferSizes(0, 128 * 1024).withAllowHalfOpen(true);

    private int total() {
        return bulk(20);
    }

    /** Sends all of a stream, as fast as the socket takes it, and then the end. */
    private void sendAll(RecordedSocket socket) throws Exception {
        int total = total();
        Payload sent = new Payload();
        SocketCallback more = s -> {
            boolean goOn = true;
            while (goOn && sent.offset() < total) {
                goOn = s.write(sent.next((int) Math.min(1 + random().nextInt(100_000), total - sent.offset())));
            }
            if (sent.offset() == total) {
                s.end();
            }
        };
        socket.onDrain(more);
        whenConnected(socket, more);
    }

    private static void check(RecordedSocket socket, Payload received) {
        socket.onRead((s, data) -> {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            received.check(bytes, bytes.length);
        });
    }

    @Rule({"WRITE-001", "READ-003"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void muchGoesEachWayAtOnce() {
        List<Payload> received = new ArrayList<>();
        for (RecordedSocket socket : bothWays(NARROW, this::sendAndCheckAll, socket -> {
            received.add(new Payload());
            check(socket, received.get(received.size() - 1));
            sendAll(socket);
        })) {
            assertEquals("data end close", traceOf(socket));
        }
        received.forEach(payload -> assertEquals(total(), payload.offset()));
    }

    private void sendAndCheckAll(Peer peer) throws Exception {
        Payload received = new Payload();
        CountDownLatch all = latch(1);
        helper(() -> {
            received.checkAll(peer, 10_007);
            all.countDown();
        });
        for (Payload sent = new Payload(); sent.offset() < total(); ) {
            peer.send(sent.next((int) Math.min(70_001, total() - sent.offset())));
        }
        peer.end();
        peer.await(all);
        assertEquals(total(), received.offset());
    }

    /** One loop that is both ends, of which one sends everything back. */
    @Rule({"WRITE-001", "READ-003", "WRITE-009"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void muchComesBackFromAnEcho() {
        Payload received = new Payload();
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, NARROW, echoServer(loop, sockets));
            sockets.add(sender);
            check(sender, received);
            sendAll(sender);
        });
        assertEquals(total(), received.offset());
        sockets.forEach(socket -> assertEquals("data end close", traceOf(socket)));
    }

    private int echoServer(EventLoop loop, List<RecordedSocket> sockets) {
        return port(loop.listen(address(0), listenOptions().withSocket(NARROW), (server, socket) -> {
            server.close();
            accepted(socket, echo -> sockets.add(echo
                    .onRead(BulkRules::echo)
                    .onDrain(Socket::resume)
                    .onEnd(Socket::end)));
        }));
    }

    private static void echo(Socket socket, ByteBuffer data) {
        if (!socket.write(data)) {
            socket.pause();
        }
    }
}
