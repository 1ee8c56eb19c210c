package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.run.Memory;
import java.util.List;
import java.util.stream.Stream;

/** How much memory core takes for output, and how long it keeps it. */
class MemoryOnTheFakeTest extends OnTheFake {

    private static final int BURST = 16 << 20;
    private static final int KEPT = 1 << 20;

    /** The fake refuses a buffer that is too large for what is in it. */
    @Rule({"RES-007", "SEAM-005"})
    void theRestOfALargeWriteDoesNotKeepALargeBuffer() {
        run(loop -> connect(loop, SocketOptions.defaults()).onConnect(s -> {
            peer().capacity(59_999);
            s.write(new byte[60_000]);
            at(loop, 1, l -> assertEquals(1, s.pendingBytes()));
            at(loop, 2, l -> peer().capacity(60_000));
            at(loop, 3, l -> s.close());
        }));
        assertEquals(List.of("close@3"), log);
    }

    @Rule("RES-007")
    void whatABurstNeededIsKeptForASecondAndGivenUpAfterTwo() {
        run(loop -> {
            burst(loop);
            long before = Memory.directBytes() - BURST;
            at(loop, 900, l -> assertTrue(Memory.directBytes() - before >= BURST));
            at(loop, 2_100, l -> assertTrue(Memory.directBytes() - before <= KEPT));
        });
    }

    @Rule("RES-007")
    void whatEachBurstNeedsIsKeptForTheNext() {
        run(loop -> {
            burst(loop);
            long before = Memory.directBytes() - BURST;
            for (int i = 1; i <= 5; i++) {
                at(loop, 700 * i, this::burst);
            }
            at(loop, 3_600, l -> assertTrue(Memory.directBytes() - before >= BURST));
        });
    }

    /** Pending all at once, as it cannot be sent, and then dropped. */
    private void burst(EventLoop loop) {
        int count = 64;
        List<Socket> sockets = Stream.generate(() -> loop.connect("10.0.0.1", 80)).limit(count).toList();
        sockets.forEach(socket -> socket.write(new byte[BURST / count]));
        sockets.forEach(Socket::abort);
    }
}
