package dev.anyloop.tck.rules.close;

import static dev.anyloop.tck.rules.Medium.UNIX;
import static dev.anyloop.tck.rules.NotOver.NO_RST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Payload;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NotOver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Chapter CLOSE of the specification: closing sockets. What comes after the last byte is in {@link ReleasingRules}. */
public abstract class ClosingRules extends Chapter {

    private final List<RecordedSocket> sockets = new ArrayList<>();

    private RecordedSocket keep(RecordedSocket socket) {
        sockets.add(socket);
        return socket;
    }

    private RecordedSocket only() {
        assertEquals(1, sockets.size());
        return sockets.get(0);
    }

    // Gracefully or at once

    @Rule("CLOSE-001")
    void everythingWrittenBeforeCloseArrivesAndThenTheEnd() {
        Payload received = new Payload();
        int port = smallPeerServer(peer -> received.checkAll(peer, 5_000)); // a reset would be an exception
        withLoop(loop -> keep(connect(loop, port, SMALL)).onConnect(s -> {
            Payload sent = new Payload();
            s.write(sent.next(1));
            s.write(sent.next(big() - 2));
            s.write(sent.next(1));
            s.close();
        }));
        assertEquals(big(), received.offset());
        assertEquals("connect close", only().trace());
        assertNull(only().closeError());
    }

    @Rule({"CLOSE-001", "ORDER-008"})
    void noDataIsDeliveredAfterClose() {
        CountDownLatch closed = latch(1);
        int port = smallPeerServer(peer -> {
            peer.send("x").await(closed).send(new byte[big()]); // all of it is taken, so that nobody is held up
            assertEquals(big(), peer.readAll().length);
        });
        withLoop(loop -> keep(connect(loop, port, SMALL)).onRead((s, data) -> {
            s.write(new byte[big()]);
            s.close();
            closed.countDown();
        }));
        assertEquals("connect data close", only().trace());
        assertEquals("x", only().text());
    }

    @Rule("CLOSE-001")
    void abortDoesNotWaitAndDropsWhatIsPending() {
        CountDownLatch aborted = latch(1);
        AtomicLong received = new AtomicLong();
        int port = smallPeerServer(peer -> received.set(peer.await(aborted).drain()));
        withLoop(loop -> keep(connect(loop, port, SMALL)).onConnect(s -> {
            s.write(new byte[big()]);
            s.abort();
            assertEquals(0, s.pendingBytes());
        }).onClose((s, error) -> aborted.countDown()));
        assertTrue(received.get() < big(), "all of it arrived");
        assertEquals("connect close", only().trace());
    }

    @Rule({"CLOSE-002", "CLOSE-004", "WRITE-005"})
    void aGracefulCloseToAStalledPeerGivesUp() {
        Duration timeout = limits().mustNotHappen();
        int port = smallPeerServer(Peer::hold);
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> keep(connect(loop, port, SMALL.withCloseTimeout(timeout))).onConnect(s -> {
            s.write(ByteBuffer.allocate(big()), (same, error) -> errors.add(error));
            long start = nanoTime();
            s.close();
            only().onClose((same, error) -> assertTrue(nanoTime() - start >= timeout.toNanos(), "early"));
        }));
        assertEquals("connect close", only().trace());
        NetworkException error = only().expectedCloseError();
        assertEquals("CLOSE_TIMEOUT close " + endText(port),
                error.kind() + " " + error.operation() + " " + error.host() + ":" + error.port());
        assertEquals(1, errors.size());
        assertSame(error, errors.get(0));
    }

    // The close callback

    @Rule("CLOSE-004")
    @NotOver(value = UNIX, because = NO_RST)
    void everySocketGetsOneCloseCallbackWithItsErrorIfAny() {
        int holding = peerServer(Peer::hold);
        int refusing = refusingPort();
        int resetting = peerServer(peer -> {
            peer.read(1);
            peer.reset();
        });
        withLoop(loop -> {
            keep(connect(loop, peerServer(Peer::end)));
            keep(connect(loop, resetting)).onConnect(s -> s.write("x"));
            keep(connect(loop, refusing));
            keep(connect(loop, refusing)).socket().close();
            keep(connect(loop, refusing)).socket().abort();
            keep(connect(loop, holding)).onConnect(Socket::close);
            keep(connect(loop, holding)).onConnect(Socket::abort);
            keep(connect(loop, holding)).onConnect(s -> when(loop, this::allOthersClosed, l -> l.close()));
            assertTrue(sockets.stream().noneMatch(socket -> socket.saw("close")), "closed inside a call");
        });
        assertEquals(
                List.of("connect end close", "connect error close", "error close", "close", "close", "connect close",
                        "connect close", "connect close"),
                sockets.stream().map(RecordedSocket::trace).toList());
        for (RecordedSocket socket : sockets) {
            assertSame(socket.error(), socket.closeError());
        }
    }

    private boolean allOthersClosed() {
        return sockets.stream().filter(socket -> !socket.saw("close")).count() == 1;
    }

    @Rule({"CLOSE-004", "WRITE-005"})
    void aFailureDuringAGracefulCloseComesToCompletionsAndCloseOnly() {
        CountDownLatch closed = latch(1);
        int port = smallPeerServer(peer -> peer.await(closed).reset());
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> keep(connect(loop, port, SMALL)).onConnect(s -> {
            s.write(ByteBuffer.allocate(big()), (same, error) -> errors.add(error));
            s.close();
            closed.countDown();
        }));
        assertEquals("connect close", only().trace());
        NetworkException error = only().expectedCloseError();
        assertEquals(ErrorKind.CONNECTION_RESET, error.kind());
        assertEquals(1, errors.size());
        assertSame(error, errors.get(0));
    }

    @Rule({"CLOSE-004", "CLOSE-005"})
    void afterAnAbortCloseCarriesNothingWhateverThePeerDoes() {
        CountDownLatch closed = latch(1);
        int port = smallPeerServer(peer -> peer.await(closed).reset());
        withLoop(loop -> keep(connect(loop, port, SMALL)).onConnect(s -> {
            s.write(new byte[big()]);
            s.close();
            closed.countDown();
            block(Duration.ofMillis(20)); // so that the reset is there
            s.abort();
        }));
        assertEquals("connect close", only().trace());
        assertNull(only().closeError());
    }

    // Again and anywhere

    @Rule({"CLOSE-005", "ORDER-007"})
    void closeAndAbortMayBeRepeatedInEveryCallback() {
        for (Consumer<Socket> end : List.<Consumer<Socket>>of(ClosingRules::closeAndAbort, ClosingRules::abortAndClose)) {
            sockets.clear();
            int port = peerServer(PeerScript.untilCut(peer -> peer.send("x").end().drain()));
            int silent = peerServer(Peer::drain);
            withLoop(loop -> {
                end.accept(keep(connect(loop, port)).socket());
                keep(connect(loop, port)).onConnect(end::accept);
                keep(connect(loop, port)).onRead((s, data) -> end.accept(s));
                keep(connect(loop, port)).onEnd(end::accept);
                keep(connect(loop, silent)).onDrain(end::accept).socket().write(new byte[big()]);
                keep(connect(loop, silent)).onConnect(s ->
                        s.write(ByteBuffer.allocate(1), (same, error) -> end.accept(s)));
                keep(connect(loop, refusingPort())).onError((s, error) -> end.accept(s));
                sockets.forEach(socket -> socket.onClose((s, error) -> end.accept(s)));
                Server server = listen(loop, accepted -> {
                    end.accept(keep(accepted).socket());
                    accepted.onClose((s, error) -> end.accept(s));
                });
                peer(port(server), Peer::drain);
                when(loop, () -> sockets.size() == 8, l -> server.close());
            });
            assertEquals(
                    List.of("close", "connect close", "connect data close", "connect data end close", "connect close",
                            "connect close", "error close", "close"),
                    sockets.stream().map(RecordedSocket::trace).toList());
        }
    }

    private static void closeAndAbort(Socket s) {
        s.close();
        assertFalse(s.isOpen());
        s.close();
        s.abort();
        s.abort();
        s.close();
    }

    private static void abortAndClose(Socket s) {
        s.abort();
        assertFalse(s.isOpen());
        s.close();
        s.abort();
    }

    @Rule({"CLOSE-005", "CLOSE-001"})
    void abortCutsAGracefulCloseShort() {
        int port = smallPeerServer(Peer::hold);
        withLoop(loop -> keep(connect(loop, port, SMALL.withCloseTimeout(Duration.ofDays(1)))).onConnect(s -> {
            s.write(new byte[big()]);
            s.close();
            afterQuiet(loop, quiet -> {
                assertFalse(only().saw("close"), "the peer has not read it");
                s.abort();
            });
        }));
        assertEquals("connect close", only().trace());
        assertNull(only().closeError());
    }
}
