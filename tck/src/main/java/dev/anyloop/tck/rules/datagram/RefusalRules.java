package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.record.CapturedLog;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Chapter DGRAM of the specification: what cannot be sent, and who says so. */
public abstract class RefusalRules extends DatagramChapter {

    // ---- DGRAM-006 ----

    @Rule({"DGRAM-006", "ERR-005", "ERR-001"})
    void whatCannotBeSentIsRefusedAtTheCall() {
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            InetSocketAddress there = address(LOCALHOST, 9);
            refuses("at most 65507", () -> socket.send(new byte[65_508], there));
            refuses("port out of range", () -> socket.send(bytes("x"), address(LOCALHOST, 0)));
            refuses("not resolved: nowhere.invalid", () -> socket.send(bytes("x"), InetSocketAddress.createUnresolved("nowhere.invalid", 9)));
            refuses("family: ::1,", () -> socket.send(bytes("x"), address("::1", 9)));
            refuses("withBroadcast(true)", () -> socket.send(bytes("x"), address("255.255.255.255", 9)));
            refuses("withBroadcast(true)", () -> socket.send(bytes("x"), new InetSocketAddress(mapped("255.255.255.255"), 9)));
            refuses("port out of range", () -> socket.connect(address(LOCALHOST, 0)));
            refuses("family", () -> socket.connect(address("::1", 9)));
            assertThrows(NullPointerException.class, () -> socket.send((ByteBuffer) null, there));
            assertThrows(NullPointerException.class, () -> socket.send(bytes("x"), null));
            assertThrows(NullPointerException.class, () -> socket.connect(null));
            ByteBuffer kept = bytes("kept");
            assertThrows(IllegalStateException.class, () -> socket.send(kept));
            socket.connect(there);
            assertThrows(IllegalStateException.class, () -> socket.send(kept, there));
            assertEquals(4, kept.remaining(), "misuse changes nothing");
            refuses("at most 65507", () -> socket.send(new byte[65_508]));
            socket.close();
            assertFalse(socket.send(kept));
            assertFalse(socket.send(bytes("x"), there));
        });
        assertEquals(List.of("close"), log);
    }

    @Rule("DGRAM-006")
    void anIpv6SocketHasTheLimitOfIpv6() {
        assumeIpv6();
        withLoop(loop -> {
            DatagramSocket six = loop.datagram("::1", 0);
            refuses("at most 65527", () -> six.send(new byte[65_528], address("::1", 9)));
            refuses("family", () -> six.send(bytes("x"), address(LOCALHOST, 9)));
            six.close();
            DatagramSocket both = loop.datagram("::", 0);
            refuses("at most 65507", () -> both.send(new byte[65_508], address(LOCALHOST, 9)));
            refuses("at most 65507", () -> both.send(new byte[65_508], new InetSocketAddress(mapped(LOCALHOST), 9)));
            both.close();
        });
    }

    private static void refuses(String words, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(words), message);
    }

    // ---- DGRAM-007, DGRAM-008 ----

    private InetSocketAddress deserted() {
        return deserted(LOCALHOST);
    }

    /** Nobody is there any more, nor given that port by the system, which chooses others. */
    private InetSocketAddress deserted(String host) {
        for (int tries = 0; tries < 100; tries++) {
            try {
                DatagramPeer peer = peers().datagrams(host, 16_384 + random().nextInt(16_384));
                peer.close();
                return peer.address();
            } catch (UncheckedIOException e) {
                // taken: another
            }
        }
        throw new AssertionError("no free port");
    }

    /** Some of them are found in one poll. */
    @Rule({"DGRAM-007", "LOOP-006", "LOOP-007"})
    void whereEachRefusalStopsTheLoopEachIsToldInARunOfItsOwn() {
        int count = 4;
        InetSocketAddress there = deserted(LOCALHOST);
        List<NetworkException> errors = new ArrayList<>();
        withOpenLoop(loop -> {
            for (int i = 0; i < count; i++) {
                loop.datagram(LOCALHOST, 0).onError((s, error) -> {
                    errors.add(error);
                    loop.stop();
                }).connect(there).send(bytes("is anybody there?"));
            }
            for (int told = 1; told <= count; told++) {
                loop.run();
                assertEquals(told, errors.size(), "of which sockets were told");
            }
        });
    }

    @Rule({"DGRAM-007", "ERR-002"})
    void aRefusalIsToldAndClosesNothing() {
        for (String host : loopbacks()) {
            log.clear();
            InetSocketAddress there = deserted(host);
            List<NetworkException> errors = new ArrayList<>();
            withLoop(loop -> {
                DatagramSocket socket = bind(loop, host).connect(there).onError((s, error) -> {
                    errors.add(error);
                    assertTrue(s.isOpen());
                    if (errors.size() == 2) {
                        DatagramPeer peer = peers().datagrams(host, there.getPort());
                        assertTrue(s.send(bytes("now")));
                        helper(() -> peer.send("heard " + peer.receive().text(), s.localAddress()));
                        closeAfter(s, 1);
                    } else {
                        s.send(bytes("again"));
                    }
                });
                assertTrue(socket.send(bytes("hello")));
            });
            for (NetworkException error : errors) {
                assertEquals(ErrorKind.CONNECT_REFUSED, error.kind());
                assertEquals(Operation.SEND, error.operation());
                assertEquals(there, address(error.host(), error.port()));
            }
            assertEquals(List.of("heard now", "close"), log, host);
        }
    }

    @Rule("DGRAM-007")
    void whatIsSentAfterARefusalIsSent() {
        for (String host : loopbacks()) {
            log.clear();
            InetSocketAddress there = deserted(host);
            withLoop(loop -> {
                DatagramSocket socket = bind(loop, host).connect(there).pause();
                socket.send(bytes("lost"));
                afterQuiet(loop, l -> {
                    DatagramPeer peer = peers().datagrams(host, there.getPort());
                    assertTrue(socket.send(bytes("one")));
                    assertTrue(socket.send(bytes("two")));
                    socket.resume();
                    helper(() -> peer.send("heard " + peer.receive().text() + " " + peer.receive().text(), socket.localAddress()));
                    closeAfter(socket, 2);
                });
            });
            assertEquals(List.of("send CONNECT_REFUSED", "heard one two", "close"), log, host);
        }
    }

    @Rule("DGRAM-007")
    void withoutAPeerNobodyIsToldOfARefusal() {
        InetSocketAddress there = deserted();
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            for (int i = 0; i < 3; i++) {
                assertTrue(socket.send(bytes("lost"), there));
            }
            afterQuiet(loop, l -> {
                peer.send("still here", socket.localAddress());
                closeAfter(socket, 1);
            });
        });
        assertEquals(List.of("still here", "close"), log);
    }

    @Rule("DGRAM-008")
    void anAddressThatLeadsNowhereCostsOneDatagram() {
        assumeIpv6();
        DatagramPeer peer = peers().datagrams("::1", 0);
        withLoop(loop -> {
            DatagramSocket socket = logged(loop.datagram("::", 0)).onError((s, error) -> {
                told(loop, error.operation() + " " + error.kind());
                assertEquals("fe80::1", error.host());
                assertEquals(9, error.port());
                assertTrue(error.getMessage().contains("zone"), error.getMessage());
            });
            ByteBuffer lost = bytes("x");
            assertFalse(socket.send(lost, address("fe80::1", 9)));
            assertFalse(lost.hasRemaining(), "not consumed");
            assertEquals(List.of(), log);
            assertTrue(socket.send(bytes("hello"), peer.address()));
            helper(() -> {
                DatagramPeer.Datagram hello = peer.receive();
                peer.send("answer", hello.sender());
            });
            closeAfter(socket, 2);
        });
        assertEquals(List.of("send UNREACHABLE", "answer", "close"), log.stream().sorted(
                (one, other) -> Integer.compare(rank(one), rank(other))).toList());
    }

    private static int rank(String entry) {
        return List.of("send UNREACHABLE", "answer", "close").indexOf(entry);
    }

    @Rule({"DGRAM-008", "ERR-004"})
    void errorsThatNobodyListensToAreLoggedOnceUntilSomethingComes() {
        assumeIpv6();
        DatagramPeer peer = peers().datagrams("::1", 0);
        try (CapturedLog captured = new CapturedLog()) {
            withLoop(loop -> {
                DatagramSocket socket = loop.datagram("::", 0);
                int[] heard = new int[1];
                socket.onReceive((s, sender, data) -> {
                    heard[0]++;
                    socket.send(bytes("x"), address("fe80::1", 9));
                    loop.execute(socket::close);
                });
                socket.send(bytes("x"), address("fe80::1", 9));
                socket.send(bytes("x"), address("fe80::1", 9));
                afterQuiet(loop, l -> {
                    assertEquals(1, captured.lines().size(), captured.lines().toString());
                    assertTrue(captured.lines().get(0).contains("unreachable"), captured.lines().toString());
                    socket.onClose(s -> assertEquals(1, heard[0]));
                    peer.send("hello", address("::1", socket.localAddress().getPort()));
                });
            });
            assertEquals(2, captured.lines().size(), captured.lines().toString());
        }
    }

    // ---- DGRAM-012 ----

    @Rule({"DGRAM-012", "DGRAM-008"})
    @NeedsSystem("broadcasts")
    void aBroadcastIsSentOnlyByWhoAskedForIt() {
        assumeLinux();
        for (String any : wildcards()) {
            DatagramPeer peer = peers().datagrams("0.0.0.0", 0);
            InetSocketAddress everybody = address("127.255.255.255", peer.address().getPort());
            log.clear();
            withLoop(loop -> {
                DatagramSocket shy = logged(loop.datagram(any, 0));
                shy.send(bytes("unasked"), everybody);
                closeAfter(shy, 1);
                when(loop, () -> log.size() == 2, l -> {
                    DatagramSocket asked = logged(loop.datagram(any, 0, DatagramOptions.defaults().withBroadcast(true)));
                    assertTrue(asked.send(bytes("asked"), everybody));
                    helper(() -> {
                        DatagramPeer.Datagram heard = peer.receive();
                        peer.send("heard " + heard.text(), heard.sender());
                    });
                    closeAfter(asked, 3);
                });
            });
            assertEquals(List.of("send PERMISSION_DENIED", "close", "heard asked", "close"), log, any);
        }
    }

    @Rule({"DGRAM-012", "DGRAM-003"})
    @NeedsSystem("broadcasts")
    void whateverBufferItIsInWhatIsRefusedIsConsumedToo() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket shy = logged(loop.datagram(LOCALHOST, 0));
            for (ByteBuffer unasked : List.of(bytes("heap"), ByteBuffer.allocateDirect(6), bytes("readonly").asReadOnlyBuffer())) {
                shy.send(unasked, address("127.255.255.255", 9));
                assertFalse(unasked.hasRemaining(), "not consumed: " + unasked);
            }
            closeAfter(shy, 3);
        });
        assertEquals(List.of("send PERMISSION_DENIED", "send PERMISSION_DENIED", "send PERMISSION_DENIED", "close"), log);
    }

    @Rule({"DGRAM-012", "DGRAM-004"})
    @NeedsSystem("broadcasts")
    void aBroadcastMayBeWithoutBytes() {
        assumeLinux();
        for (String any : wildcards()) {
            DatagramPeer peer = peers().datagrams("0.0.0.0", 0);
            log.clear();
            withLoop(loop -> {
                DatagramSocket socket = logged(loop.datagram(any, 0, DatagramOptions.defaults().withBroadcast(true)));
                socket.connect(address("127.255.255.255", peer.address().getPort()));
                assertTrue(socket.send(bytes("")));
                helper(() -> {
                    assertEquals("", peer.receive().text());
                    loop.execute(socket::close);
                });
            });
            assertEquals(List.of("close"), log, any);
        }
    }

    @Rule("DGRAM-005")
    void whoCannotConnectHasNoPeer() {
        assumeIpv6();
        DatagramPeer peer = peers().datagrams("::1", 0);
        withLoop(loop -> {
            DatagramSocket socket = logged(loop.datagram("::", 0)).connect(peer.address());
            NetworkException error = assertThrows(NetworkException.class, () -> socket.connect(address("fe80::1", 9)));
            assertEquals(ErrorKind.UNREACHABLE, error.kind());
            assertEquals(Operation.CONNECT, error.operation());
            assertEquals(null, socket.remoteAddress());
            socket.send(bytes("to all"), peer.address());
            helper(() -> peer.send("heard " + peer.receive().text(), address("::1", socket.localAddress().getPort())));
            closeAfter(socket, 1);
        });
        assertEquals(List.of("heard to all", "close"), log);
    }

    /** The broadcast address of a network is none for core, which does not know all of them. */
    @Rule({"DGRAM-005", "ERR-002"})
    @NeedsSystem("broadcasts")
    void whatTheSystemDoesNotLetBeThePeerIsThrownWhoeverWasItBefore() {
        assumeLinux();
        for (boolean connected : new boolean[] {false, true}) {
            DatagramPeer before = datagramPeer();
            DatagramPeer peer = datagramPeer();
            InetSocketAddress everybody = address("127.255.255.255", peer.address().getPort());
            log.clear();
            withLoop(loop -> {
                DatagramSocket socket = bind(loop);
                InetSocketAddress local = socket.localAddress();
                if (connected) {
                    socket.connect(before.address());
                }
                NetworkException error = assertThrows(NetworkException.class, () -> socket.connect(everybody));
                assertEquals(ErrorKind.PERMISSION_DENIED, error.kind());
                assertEquals(Operation.CONNECT, error.operation());
                assertEquals(everybody, address(error.host(), error.port()));
                assertEquals(null, socket.remoteAddress());
                assertTrue(socket.send(bytes("to one"), peer.address()));
                helper(() -> peer.send("heard " + peer.receive().text(), local));
                closeAfter(socket, 1);
            });
            assertEquals(List.of("heard to one", "close"), log);
        }
    }

    @Rule({"DGRAM-005", "DGRAM-007"})
    void whatThePeerBeforeHasRefusedIsNotTold() {
        assertNotToldOnceItIsLeft(socket -> {});
    }

    /** A datagram has met the refusal just before, and the error is on its way. */
    @Rule({"DGRAM-005", "DGRAM-007"})
    void norIsWhatSendHasJustMet() {
        assertNotToldOnceItIsLeft(socket -> socket.send(bytes("meets the refusal of the one before")));
    }

    private void assertNotToldOnceItIsLeft(Consumer<DatagramSocket> before) {
        for (boolean another : new boolean[] {false, true}) {
            log.clear();
            withLoop(loop -> loopbacks().forEach(host -> leave(loop, host, another, before)));
            List<String> expected = loopbacks().stream().flatMap(host -> Stream.of("close", "still at " + host)).sorted().toList();
            assertEquals(expected, log.stream().sorted().toList());
        }
    }

    private void leave(EventLoop loop, String host, boolean another, Consumer<DatagramSocket> before) {
        DatagramPeer peer = datagramPeer(host);
        DatagramSocket socket = bind(loop, host).connect(deserted(host)).pause();
        socket.send(bytes("lost"));
        afterQuiet(loop, l -> {
            before.accept(socket);
            if (another) {
                socket.connect(peer.address());
            } else {
                socket.disconnect();
            }
            socket.resume();
            afterQuiet(l, later -> {
                peer.send("still at " + host, socket.localAddress());
                when(l, () -> log.contains("still at " + host), heard -> socket.close());
            });
        });
    }

    @Rule({"DGRAM-004", "DGRAM-007"})
    void aDatagramWithoutBytesIsRefusedLikeAnother() {
        for (String host : loopbacks()) {
            log.clear();
            InetSocketAddress there = deserted(host);
            withLoop(loop -> {
                DatagramSocket socket = bind(loop, host).connect(there);
                socket.send(bytes(""));
                closeAfter(socket, 1);
            });
            assertEquals(List.of("send CONNECT_REFUSED", "close"), log, host);
        }
    }
}
