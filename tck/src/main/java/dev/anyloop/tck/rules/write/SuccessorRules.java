package dev.anyloop.tck.rules.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Chapter WRITE of the specification, continued: what a socket that is gone had still to send, and had been told, concerns nobody
 * who comes after it. A loop may use again what it had for the one, as if nothing had been.
 */
public abstract class SuccessorRules extends SocketChapter {

    /** How they go that have too much to send. */
    private static final int WAYS = 6;

    @Rule({"WRITE-009", "WRITE-010", "WRITE-004"})
    void nobodyTakesOverWhatThoseThatAreGoneHadToSend() {
        CountDownLatch mayReset = latch(1);
        List<RecordedSocket> gone = new ArrayList<>();
        List<RecordedSocket> successors = new ArrayList<>();
        int stalled = smallPeerServer(Peer::hold);
        int resetting = smallPeerServer(peer -> peer.await(mayReset).reset());
        int answering = peerServer(peer -> peer.send(peer.read(5)).end().drain());
        withLoop(loop -> {
            for (int way = 0; way < WAYS; way++) {
                gone.add(goes(loop, way, way == WAYS - 1 ? resetting : stalled, mayReset));
            }
            when(loop, () -> gone.stream().allMatch(socket -> socket.saw("close")), all -> {
                for (int i = 0; i < WAYS; i++) {
                    successors.add(connect(loop, answering));
                }
                successors.forEach(socket -> socket.onConnect(s -> {
                    assertEquals(0, s.pendingBytes());
                    write(socket, "hello");
                    assertEquals(5, s.pendingBytes());
                }));
            });
        });
        for (RecordedSocket socket : successors) {
            assertEquals("connect data end close", socket.trace());
            assertEquals("hello", socket.text());
            assertEquals(List.of("hello"), socket.completions());
            assertEquals(0, socket.drains(), "drains of one that never reached the mark");
        }
    }

    /** In each way above the high-water mark but in one, where a byte is left that was not even offered. */
    private RecordedSocket goes(EventLoop loop, int way, int port, CountDownLatch mayReset) {
        RecordedSocket socket = connect(loop, port, SMALL);
        if (way == 0) {
            fill(socket);
            socket.socket().abort();
            return socket;
        }
        return socket.onConnect(s -> {
            switch (way) {
                case 1 -> {
                    s.write("x");
                    s.abort();
                }
                case 2 -> {
                    fill(socket);
                    s.abort();
                }
                case 3 -> {
                    fill(socket);
                    afterQuiet(loop, quiet -> s.abort());
                }
                case 4 -> {
                    fill(socket);
                    s.end();
                    afterQuiet(loop, quiet -> s.abort());
                }
                default -> {
                    fill(socket);
                    afterQuiet(loop, quiet -> mayReset.countDown());
                }
            }
        });
    }

    private void fill(RecordedSocket socket) {
        Socket s = socket.socket();
        s.write(ByteBuffer.allocate(1), socket.completion("first"));
        assertFalse(s.write(ByteBuffer.allocate(big()), socket.completion("last")));
    }
}
