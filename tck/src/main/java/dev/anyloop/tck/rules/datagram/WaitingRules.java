package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Chapter DGRAM of the specification: what waits, for room or for its socket to be resumed. The only way to make a datagram wait for
 * room on every system is to send one without bytes, and some engines send even that at once (DGRAM-004).
 */
public abstract class WaitingRules extends DatagramChapter {

    private static final int MANY = 200;

    @Rule({"DGRAM-004", "DGRAM-009"})
    void whatWaitsLeavesThoughItsSocketIsPausedAndResumed() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket resumed = bind(loop);
            DatagramSocket paused = bind(loop);
            assertTrue(resumed.send(bytes(""), peer.address()));
            resumed.pause().resume();
            assertTrue(paused.send(bytes(""), peer.address()));
            paused.pause();
            helper(() -> {
                heard.add(peer.receive().text());
                heard.add(peer.receive().text());
                loop.execute(() -> {
                    assertEquals(0, resumed.pendingSends() + paused.pendingSends());
                    resumed.close();
                    paused.close();
                });
            });
        });
        assertEquals(List.of("", ""), heard);
    }

    /** In direct buffers too, which an engine may send from. */
    @Rule({"DGRAM-004", "DGRAM-003"})
    void whatIsSentInsideACallbackLeavesWithoutAFurtherEvent() {
        for (boolean connected : new boolean[] {false, true}) {
            List<ByteBuffer> data = List.of(bytes(""), bytes("one"), direct("two"), bytes(""), direct("three"), direct(""), bytes("four"));
            DatagramPeer peer = datagramPeer();
            List<String> heard = new ArrayList<>();
            withLoop(loop -> {
                DatagramSocket socket = loop.datagram(LOCALHOST, 0);
                if (connected) {
                    socket.connect(peer.address());
                }
                socket.onReceive((s, sender, go) -> {
                    for (ByteBuffer next : data) {
                        assertTrue(connected ? s.send(next) : s.send(next, sender));
                        assertEquals(0, next.remaining());
                    }
                });
                helper(() -> {
                    peer.send("go", socket.localAddress());
                    for (int i = 0; i < data.size(); i++) {
                        heard.add(peer.receive().text());
                    }
                    loop.execute(socket::close);
                });
            });
            assertEquals(List.of("", "one", "two", "", "three", "", "four"), heard);
        }
    }

    /** In the middle of a buffer, as what is left of something longer is. */
    private static ByteBuffer direct(String text) {
        ByteBuffer whole = ByteBuffer.allocateDirect(text.length() + 8);
        return whole.put(3, bytes(text), 0, text.length()).position(3).limit(3 + text.length());
    }

    @Rule({"DGRAM-005", "DGRAM-011", "DGRAM-003"})
    void whatStillWaitsWhenThePeerChangesOrTheSocketClosesIsCounted() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            socket.send(bytes(""), peer.address());
            long dropped = socket.pendingSends();
            socket.connect(peer.address());
            assertEquals(0, socket.pendingSends());
            assertEquals(dropped, socket.dropped(), "by connect()");
            socket.disconnect();
            socket.send(bytes(""), peer.address());
            dropped += socket.pendingSends();
            socket.close();
            assertEquals(0, socket.pendingSends());
            assertEquals(dropped, socket.dropped(), "by close()");
        });
    }

    /** Where one without bytes waits, so does what is sent after it. */
    @Rule({"DGRAM-005", "DGRAM-003"})
    void whatStillWaitsForAPeerThatIsLeftIsCountedAndSentToNobody() {
        for (boolean forAnother : new boolean[] {false, true}) {
            DatagramPeer left = datagramPeer();
            DatagramPeer other = datagramPeer();
            withLoop(loop -> {
                DatagramSocket socket = bind(loop).connect(left.address());
                List<String> sent = List.of("", "one", "");
                sent.forEach(text -> socket.send(bytes(text)));
                int waiting = socket.pendingSends();
                if (forAnother) {
                    socket.connect(other.address());
                } else {
                    socket.disconnect();
                }
                assertEquals(0, socket.pendingSends());
                assertEquals(waiting, socket.dropped());
                helper(() -> {
                    loop.execute(() -> socket.disconnect().send(bytes("last"), left.address()));
                    for (String text : sent.subList(0, sent.size() - waiting)) {
                        assertEquals(text, left.receive().text());
                    }
                    assertEquals("last", left.receive().text(), "what the peer that was left hears after what did not wait");
                    loop.execute(() -> socket.send(bytes("hello"), other.address()));
                    assertEquals("hello", other.receive().text(), "what another hears");
                    loop.execute(socket::close);
                });
            });
        }
    }

    @Rule({"DGRAM-009", "DGRAM-011"})
    void howeverOftenItWasPausedAndResumedItHearsEachOnceAndCloses() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            pauseAndResume(loop, socket, MANY, l -> {
                peer.send("once", socket.localAddress());
                when(loop, () -> !log.isEmpty(), heard -> pauseAndResume(loop, socket, MANY, again -> socket.close()));
            });
        });
        assertEquals(List.of("once", "close"), log);
    }

    /** Each time in a turn of its own, in which the engine hears of it. */
    private void pauseAndResume(EventLoop loop, DatagramSocket socket, int times, LoopCallback then) throws Exception {
        if (times == 0) {
            then.run(loop);
            return;
        }
        socket.pause();
        loop.execute(() -> {
            socket.resume();
            loop.execute(() -> pauseAgain(loop, socket, times - 1, then));
        });
    }

    private void pauseAgain(EventLoop loop, DatagramSocket socket, int times, LoopCallback then) {
        try {
            pauseAndResume(loop, socket, times, then);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    // ---- RES-004 ----

    @Rule({"RES-004", "DGRAM-004"})
    void aSocketThatHasSentWhatWaitedCostsNothing() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            socket.send(bytes(""), peer.address());
            helper(() -> {
                peer.receive();
                loop.execute(() -> closeIfItIsIdle(socket));
            });
        });
    }

    @Rule({"RES-004", "DGRAM-007"})
    void aPausedSocketWhosePeerRefusesOrSendsCostsNothing() {
        DatagramPeer gone = datagramPeer();
        gone.close();
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket refused = loop.datagram(LOCALHOST, 0).connect(gone.address()).pause();
            refused.send(bytes("nobody is there"));
            closeIfItIsIdle(refused);
            DatagramSocket sentTo = loop.datagram(LOCALHOST, 0).pause();
            InetSocketAddress to = sentTo.localAddress();
            peer.send("one", to).send("two", to);
            closeIfItIsIdle(sentTo);
        });
    }

    private void closeIfItIsIdle(DatagramSocket socket) {
        long before = socket.loop().stats().turns();
        afterQuiet(socket.loop(), loop -> {
            assertNoSpin(loop, before);
            socket.close();
        });
    }

    /** More than fit into the queue, but never at once. */
    @Rule({"DGRAM-003", "DGRAM-004"})
    void whatHasLeftTheQueueCountsNoMore() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = logged(loop.datagram(LOCALHOST, 0, DatagramOptions.defaults().withSendQueueBytes(4_096)));
            sendTwo(loop, socket, peer, 10);
        });
        assertEquals(List.of("close"), log);
    }

    /** Where one without bytes waits, so does what is sent after it, but not as many as the queue has bytes. */
    @Rule({"DGRAM-003", "DGRAM-004"})
    void howeverShortTheyAreFewWait() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0, DatagramOptions.defaults().withSendQueueBytes(QUEUE_BYTES));
            assertTrue(socket.send(bytes(""), peer.address()));
            assertBounded(socket, peer.address());
            socket.close();
        });
    }

    private void sendTwo(EventLoop loop, DatagramSocket socket, DatagramPeer peer, int times) {
        if (times == 0) {
            assertEquals(0, socket.dropped());
            socket.close();
            return;
        }
        assertTrue(socket.send(bytes(""), peer.address()));
        assertTrue(socket.send(bytes("x"), peer.address()), () -> "dropped, though nothing waits but one without bytes; " + times + " left");
        helper(() -> {
            assertEquals("x", peer.receive().text() + peer.receive().text());
            loop.execute(() -> sendTwo(loop, socket, peer, times - 1));
        });
    }
}
