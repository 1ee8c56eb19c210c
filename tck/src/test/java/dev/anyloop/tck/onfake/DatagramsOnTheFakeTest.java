package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeDatagramPort;
import dev.anyloop.tck.fake.FakeDatagramPort.Datagram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Chapter DGRAM where it takes a kernel that has no room, reads ahead, or fails in ways of its own. */
class DatagramsOnTheFakeTest extends OnTheFake {

    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.1", 53);
    private static final InetSocketAddress OTHER = new InetSocketAddress("10.0.0.2", 53);

    /** The least memory that one takes which waits. */
    private static final int SLOT = 512;

    private DatagramSocket bind(EventLoop loop, DatagramOptions options) {
        return loop.datagram("10.0.0.9", 0, options)
                .onReceive((s, sender, data) -> note(StandardCharsets.UTF_8.decode(data).toString()))
                .onError((s, error) -> note(error.operation() + " " + error.kind() + " " + error.host()))
                .onClose(s -> note("close"));
    }

    private DatagramSocket bind(EventLoop loop) {
        return bind(loop, DatagramOptions.defaults());
    }

    private FakeDatagramPort port() {
        return fake.transport().port(0);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> sent() {
        return port().sent().stream().map(Datagram::text).toList();
    }

    // ---- DGRAM-003 ----

    @Rule("DGRAM-003")
    void whatFindsNoRoomWaitsInItsOrderAndTheRestIsDroppedAndCounted() {
        run(loop -> {
            DatagramSocket socket = bind(loop, DatagramOptions.defaults().withSendQueueBytes(3 * SLOT));
            port().room(1);
            assertTrue(socket.send(bytes("taken"), PEER));
            assertTrue(socket.send(bytes("waits 1"), PEER));
            assertTrue(socket.send(ByteBuffer.allocateDirect(7).put(bytes("waits 2")).flip(), OTHER));
            assertTrue(socket.send(bytes(""), PEER));
            ByteBuffer late = bytes("dropped");
            assertFalse(socket.send(late, PEER));
            assertFalse(late.hasRemaining(), "consumed all the same");
            assertEquals(3, socket.pendingSends());
            assertEquals(1, socket.dropped());
            at(loop, 10, l -> {
                port().room(2);
                assertEquals(List.of("taken"), sent());
            });
            at(loop, 20, l -> {
                assertEquals(List.of("taken", "waits 1", "waits 2"), sent());
                assertEquals(1, socket.pendingSends());
                assertTrue(socket.send(bytes("after it"), PEER));
                port().room(10);
            });
            at(loop, 30, l -> {
                assertEquals(List.of("taken", "waits 1", "waits 2", "", "after it"), sent());
                assertEquals(OTHER, port().sent().get(2).address());
                assertEquals(0, socket.pendingSends());
                assertTrue(socket.send(bytes("at once"), PEER));
                assertEquals("at once", sent().get(5));
                assertEquals(1, socket.dropped());
                socket.close();
            });
        });
        assertEquals(List.of("close@30"), log);
    }

    @Rule("DGRAM-003")
    void aLongOneThatWaitsTakesItsLengthOfTheQueue() {
        run(loop -> {
            DatagramSocket socket = bind(loop, DatagramOptions.defaults().withSendQueueBytes(5 * SLOT));
            port().room(0);
            assertTrue(socket.send(new byte[4 * SLOT], PEER));
            assertFalse(socket.send(new byte[SLOT + 1], PEER));
            assertTrue(socket.send(new byte[SLOT], PEER));
            assertFalse(socket.send(new byte[0], PEER));
            socket.close();
            assertEquals(4, socket.dropped(), "those that waited are counted too");
            assertEquals(0, socket.pendingSends());
        });
    }

    @Rule("DGRAM-003")
    void withoutAQueueNothingWaits() {
        run(loop -> {
            DatagramSocket socket = bind(loop, DatagramOptions.defaults().withSendQueueBytes(0));
            assertTrue(socket.send(bytes("taken"), PEER));
            port().room(0);
            assertFalse(socket.send(bytes("dropped"), PEER));
            assertEquals(1, socket.dropped());
            socket.close();
        });
    }

    @Rule({"DGRAM-003", "DGRAM-004"})
    void withoutAQueueOneDatagramWithoutBytesMayWait() {
        run(loop -> {
            DatagramSocket socket = bind(loop, DatagramOptions.defaults().withSendQueueBytes(0));
            port().room(0);
            assertTrue(socket.send(bytes(""), PEER));
            assertFalse(socket.send(bytes(""), PEER));
            assertFalse(socket.send(bytes("dropped"), PEER));
            assertEquals(1, socket.pendingSends());
            assertEquals(2, socket.dropped());
            port().room(9);
            at(loop, 10, l -> {
                assertEquals(List.of(""), sent());
                assertTrue(socket.send(bytes("taken"), PEER));
                socket.close();
            });
        });
    }

    // ---- DGRAM-005 ----

    @Rule({"DGRAM-005", "DGRAM-003"})
    void whatWaitsForAPeerThatIsLeftIsDroppedAndCounted() {
        run(loop -> {
            DatagramSocket socket = bind(loop).connect(PEER);
            port().room(0);
            socket.send(bytes("one"));
            socket.send(bytes(""));
            socket.disconnect();
            assertEquals(2, socket.dropped());
            assertEquals(0, socket.pendingSends());
            port().room(10);
            at(loop, 10, l -> {
                assertEquals(List.of(), sent());
                socket.close();
                assertEquals(2, socket.dropped());
            });
        });
    }

    @Rule("DGRAM-005")
    void whatWaitsForAPeerIsNotSentToAnother() {
        run(loop -> {
            DatagramSocket socket = bind(loop);
            port().room(0);
            socket.send(bytes("to nobody in particular"), PEER);
            socket.connect(PEER);
            socket.send(bytes("to the peer"));
            socket.connect(OTHER);
            assertEquals(2, socket.dropped());
            socket.send(bytes("to the other"));
            port().room(10);
            at(loop, 10, l -> socket.close());
        });
        assertEquals(List.of(new Datagram("to the other", OTHER)), port().sent());
    }

    @Rule("DGRAM-005")
    void whatTheSystemRefusesLeavesTheSocketWithoutAPeer() {
        run(loop -> {
            DatagramSocket socket = bind(loop).connect(OTHER);
            port().failNext(new EngineException(ErrorKind.UNREACHABLE, "Network is unreachable"));
            NetworkException refused = assertThrows(NetworkException.class, () -> socket.connect(PEER));
            assertEquals(ErrorKind.UNREACHABLE, refused.kind());
            assertEquals(Operation.CONNECT, refused.operation());
            assertEquals("10.0.0.1", refused.host());
            assertNull(socket.remoteAddress());
            assertTrue(socket.send(bytes("works on"), PEER));
            socket.close();
        });
    }

    @Rule("DGRAM-005")
    void whatWasHeldBackOfAStrangerIsNotHeard() {
        run(loop -> {
            DatagramSocket socket = bind(loop);
            port().readAhead();
            socket.onReceive((s, sender, data) -> {
                note(StandardCharsets.UTF_8.decode(data).toString());
                s.pause();
            });
            port().arrive("one", OTHER);
            port().arrive("stranger", OTHER);
            port().arrive("friend", PEER);
            at(loop, 10, l -> socket.connect(PEER).resume());
            at(loop, 20, l -> socket.close());
        });
        assertEquals(List.of("one@0", "friend@10", "close@20"), log);
    }

    @Rule({"DGRAM-005", "CONN-021"})
    void theSameAddressInAnotherZoneIsAStranger() throws IOException {
        int zone = NetworkInterface.networkInterfaces().findFirst().orElseThrow().getIndex();
        run(loop -> {
            DatagramSocket socket = loop.datagram("::", 0)
                    .onReceive((s, sender, data) -> note(StandardCharsets.UTF_8.decode(data).toString()))
                    .connect(linkLocal(zone));
            port().arrive("stranger", linkLocal(zone + 1));
            port().arrive("peer", linkLocal(zone));
            at(loop, 10, l -> socket.close());
        });
        assertEquals(List.of("peer@0"), log);
    }

    private static InetSocketAddress linkLocal(int zone) {
        return new InetSocketAddress("fe80::1%" + zone, 53);
    }

    // ---- DGRAM-007, DGRAM-008 ----

    @Rule({"DGRAM-007", "ERR-002"})
    void aRefusalIsTheSameWhereverTheEngineMeetsIt() {
        run(loop -> {
            DatagramSocket socket = bind(loop).connect(PEER);
            port().failNext(new PortUnreachableException());
            assertTrue(socket.send(bytes("hello")), "a refusal is of an earlier one");
            assertEquals(List.of("hello"), sent());
            at(loop, 10, l -> port().refuse(new EngineException(111, "Verbindungsaufbau abgelehnt")));
            at(loop, 20, l -> socket.close());
        });
        assertEquals(List.of("send CONNECT_REFUSED 10.0.0.1@0", "send CONNECT_REFUSED 10.0.0.1@10", "close@20"), log);
    }

    @Rule("DGRAM-008")
    void whatCannotBeSentCostsNoOther() {
        run(loop -> {
            DatagramSocket socket = bind(loop);
            port().failNext(new EngineException(13, "Permission denied"));
            assertFalse(socket.send(bytes("refused"), PEER));
            assertEquals(List.of(), log, "inside send()");
            port().room(0);
            socket.send(bytes("refused later"), PEER);
            socket.send(bytes("sent"), OTHER);
            port().failNext(new EngineException(101, "Network is unreachable"));
            port().room(5);
            at(loop, 10, l -> port().failSent(new EngineException(1, "Operation not permitted"), OTHER));
            at(loop, 20, l -> {
                port().refuse(new IOException("out of order"));
                socket.send(bytes("goes on"), PEER);
            });
            at(loop, 30, l -> socket.close());
        });
        assertEquals(List.of("send PERMISSION_DENIED 10.0.0.1@0", "send UNREACHABLE 10.0.0.1@0", "send PERMISSION_DENIED 10.0.0.2@10",
                "receive OTHER 10.0.0.9@20", "close@30"), log);
        assertEquals(List.of("sent", "goes on"), sent());
    }

    // ---- DGRAM-009 ----

    @Rule("DGRAM-009")
    void whatWasReadAheadIsKeptInOrderAndNothingElseIsRead() {
        run(loop -> {
            DatagramSocket socket = bind(loop);
            port().readAhead();
            socket.onReceive((s, sender, data) -> {
                note(StandardCharsets.UTF_8.decode(data).toString());
                s.pause();
            });
            for (int i = 0; i < 4; i++) {
                port().arrive("read " + i, PEER);
            }
            at(loop, 10, l -> {
                assertFalse(port().isReceiving());
                port().arrive("later", PEER);
                socket.resume();
                assertFalse(port().isReceiving(), "something is kept");
            });
            at(loop, 20, l -> socket.resume());
            at(loop, 30, l -> {
                socket.onReceive((s, sender, data) -> note(StandardCharsets.UTF_8.decode(data).toString()));
                socket.resume();
            });
            at(loop, 40, l -> {
                assertTrue(port().isReceiving());
                socket.close();
            });
        });
        assertEquals(List.of("read 0@0", "read 1@10", "read 2@20", "read 3@30", "later@30", "close@40"), log);
    }

    @Rule({"DGRAM-009", "LOOP-006"})
    void aLoopThatStopsReadsNoMoreAndLosesNothing() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            bind(loop).onReceive((s, sender, data) -> {
                note(StandardCharsets.UTF_8.decode(data).toString());
                loop.stop();
            });
            port().readAhead();
            for (int i = 0; i < 3; i++) {
                port().arrive("read " + i, PEER);
            }
            for (int i = 1; i <= 3; i++) {
                loop.run();
                assertEquals(i, log.size());
            }
            loop.timer(Duration.ofMillis(1), timer -> loop.stop());
            loop.run();
            assertTrue(port().isReceiving());
        }
        assertEquals(List.of("read 0@0", "read 1@0", "read 2@0", "close@1"), log);
    }

    @Rule("DGRAM-009")
    void whatWasKeptIsForNobodyAfterClose() {
        run(loop -> {
            DatagramSocket socket = bind(loop);
            port().readAhead();
            socket.onReceive((s, sender, data) -> {
                note("one");
                s.pause();
            });
            port().arrive("one", PEER);
            port().arrive("two", PEER);
            at(loop, 10, l -> {
                socket.resume();
                socket.close();
            });
        });
        assertEquals(List.of("one@0", "close@10"), log);
    }

    // ---- DGRAM-011, DGRAM-013 ----

    @Rule("DGRAM-011")
    void whatCannotBeBoundLeavesNothing() {
        run(loop -> {
            fake.transport().failNext(new EngineException(98, "Address already in use"));
            NetworkException refused = assertThrows(NetworkException.class, () -> loop.datagram("10.0.0.9", 53));
            assertEquals(ErrorKind.ADDRESS_IN_USE, refused.kind());
            assertEquals("bind 10.0.0.9:53: address in use", refused.getMessage());
            assertEquals(0, loop.stats().datagramSockets());
            assertFalse(loop.describe().contains("datagram socket on"), loop.describe());
        });
    }

    @Rule("DGRAM-011")
    void itIsCountedUntilItIsReleased() {
        run(loop -> {
            DatagramSocket socket = bind(loop);
            fake.transport().holdCloses(true);
            socket.close();
            assertTrue(loop.describe().contains("datagram socket on 10.0.0.9:50001: closed"), loop.describe());
            assertEquals(1, loop.stats().datagramSockets());
            at(loop, 10, l -> fake.transport().holdCloses(false));
        });
        assertEquals(1, log.size(), log.toString());
    }
}
