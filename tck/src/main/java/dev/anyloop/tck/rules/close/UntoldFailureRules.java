package dev.anyloop.tck.rules.close;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.anyloop.ErrorKind;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Chapter CLOSE of the specification, continued: who is closed after it has failed, and before anybody was told of that. */
public abstract class UntoldFailureRules extends Chapter {

    /** So that a write of more than a byte goes to the kernel at once, which may know of the reset. */
    private static final SocketOptions AT_ONCE = SocketOptions.defaults().withWaterMarks(1, 0);

    @Rule({"CLOSE-004", "WRITE-005", "CLOSE-005"})
    void abortMakesNothingOfIt() {
        assertAborted(closedAfterAWriteToOneThatIsGone(Socket::abort));
    }

    @Rule({"LOOP-009", "CLOSE-004", "WRITE-005"})
    void norDoesTheLoopsClose() {
        assertAborted(closedAfterAWriteToOneThatIsGone(s -> s.loop().close()));
    }

    private static void assertAborted(RecordedSocket socket) {
        assertEquals("connect close", socket.trace());
        assertNull(socket.closeError());
        assertEquals(List.of("write:SOCKET_CLOSED"), socket.completions());
    }

    /** The bytes are lost, and the close says why. */
    @Rule({"CLOSE-004", "WRITE-005", "WRITE-007"})
    void closeCarriesIt() {
        RecordedSocket socket = closedAfterAWriteToOneThatIsGone(Socket::close);
        assertEquals("connect close", socket.trace());
        assertEquals(ErrorKind.CONNECTION_RESET, socket.expectedCloseError().kind());
        assertEquals(List.of("write:CONNECTION_RESET"), socket.completions());
    }

    private RecordedSocket closedAfterAWriteToOneThatIsGone(SocketCallback end) {
        CountDownLatch paused = latch(1);
        CountDownLatch gone = latch(1);
        RecordedSocket[] socket = new RecordedSocket[1];
        int port = peerServer(peer -> {
            peer.await(paused).send("last words").reset();
            gone.countDown();
        });
        withLoop(loop -> {
            socket[0] = connect(loop, port, AT_ONCE).onConnect(s -> {
                s.pause();
                paused.countDown();
                when(loop, () -> gone.getCount() == 0, reset -> {
                    s.resume();
                    s.write(ByteBuffer.allocate(1_000), socket[0].completion("write"));
                    end.run(s);
                });
            });
        });
        return socket[0];
    }
}
