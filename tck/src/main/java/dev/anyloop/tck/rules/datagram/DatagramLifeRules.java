package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Chapter DGRAM of the specification: how datagram sockets begin and end. */
public abstract class DatagramLifeRules extends DatagramChapter {

    // ---- DGRAM-001 ----

    @Rule("DGRAM-001")
    void itIsBoundWhenTheCallReturns() {
        DatagramPeer peer = datagramPeer();
        withOpenLoop(loop -> {
            DatagramSocket socket = bind(loop);
            assertNotEquals(0, socket.localAddress().getPort());
            assertEquals(address(LOCALHOST, socket.localAddress().getPort()), socket.localAddress());
            peer.send("early", socket.localAddress());
            closeAfter(socket, 1);
            loop.run();
        });
        assertEquals(List.of("early", "close"), log);
    }

    @Rule("DGRAM-001")
    void wildcardsAreWhatTheyAreForServers() {
        withLoop(loop -> {
            DatagramSocket any = loop.datagram(null, 0);
            assertEquals(address("0.0.0.0", any.localAddress().getPort()), any.localAddress());
            any.close();
            DatagramSocket local = loop.datagram("localhost", 0);
            assertEquals(address(LOCALHOST, local.localAddress().getPort()), local.localAddress());
            local.close();
            if (hasIpv6()) {
                DatagramSocket both = loop.datagram("::", 0);
                assertEquals(address("::", both.localAddress().getPort()), both.localAddress());
                both.close();
            }
        });
    }

    @Rule({"DGRAM-001", "ORDER-010", "CONN-020"})
    void whatCannotBeBoundIsThrown() {
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            int port = socket.localAddress().getPort();
            assertThrown(ErrorKind.ADDRESS_IN_USE, port, assertThrows(NetworkException.class, () -> loop.datagram(LOCALHOST, port)));
            assertEquals("localhost", assertThrows(NetworkException.class, () -> loop.datagram("localhost", port)).host());
            assertThrows(NetworkException.class, () -> loop.datagram(null, port), "the wildcard");
            assertThrown(ErrorKind.ADDRESS_NOT_AVAILABLE, port,
                    assertThrows(NetworkException.class, () -> loop.datagram("240.0.0.1", port)));
            for (String nowhere : List.of("fe80::1", "fe80::1%nowhere", "::1%" + Integer.MAX_VALUE)) {
                assertThrown(ErrorKind.ADDRESS_NOT_AVAILABLE, port,
                        assertThrows(NetworkException.class, () -> loop.datagram(nowhere, port), nowhere));
            }
            assertThrows(IllegalArgumentException.class, () -> loop.datagram("example.com", 0));
            assertThrows(IllegalArgumentException.class, () -> loop.datagram(LOCALHOST, -1));
            assertThrows(IllegalArgumentException.class, () -> loop.datagram(LOCALHOST, 65_536));
            assertThrows(IllegalArgumentException.class,
                    () -> loop.datagram(InetSocketAddress.createUnresolved("example.com", 0), DatagramOptions.defaults()));
            assertThrows(NullPointerException.class, () -> loop.datagram(LOCALHOST, 0, null));
            assertEquals(1, loop.stats().datagramSockets());
            loop.datagram("127.0.0.2", port).close();
            socket.close();
        });
        assertEquals(List.of("close"), log);
    }

    private static void assertThrown(ErrorKind kind, int port, NetworkException thrown) {
        assertEquals(kind, thrown.kind(), thrown.getMessage());
        assertEquals(Operation.BIND, thrown.operation());
        assertEquals(port, thrown.port());
    }

    @Rule("DGRAM-001")
    @NeedsSystem("how ports are shared")
    void aPortIsSharedByThoseWhoAskForIt() {
        DatagramOptions sharing = DatagramOptions.defaults().withReuseAddress(true);
        withLoop(loop -> {
            for (String host : loopbacks()) {
                DatagramSocket socket = loop.datagram(host, 0, sharing);
                int port = socket.localAddress().getPort();
                assertThrows(NetworkException.class, () -> loop.datagram(host, port));
                loop.datagram(host, port, sharing).close();
                socket.close();
            }
        });
    }

    // ---- DGRAM-011 ----

    @Rule({"DGRAM-011", "LOOP-004", "LOOP-005"})
    void itKeepsTheLoopRunningUnlessItIsUnrefd() {
        List<String> told = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0);
            assertTrue(loop.describe().contains("1 datagram sockets"), loop.describe());
            assertTrue(loop.describe().contains("datagram socket on 127.0.0.1:" + socket.localAddress().getPort()), loop.describe());
            loop.timer(limits().mustNotHappen(), timer -> told.add("still running")).unref();
            loop.timer(limits().mustNotHappen().multipliedBy(2), timer -> socket.unref()).unref();
        });
        assertEquals(List.of("still running"), told);
        withLoop(loop -> loop.datagram(LOCALHOST, 0).unref());
    }

    @Rule({"DGRAM-011", "CLOSE-006", "LOOP-016"})
    void itsPortIsFreeInItsCloseCallback() {
        withLoop(loop -> {
            DatagramSocket socket = bind(loop).unref();
            int port = socket.localAddress().getPort();
            socket.onClose(s -> {
                told(loop, "close");
                assertFalse(s.isOpen());
                assertEquals(0, loop.stats().datagramSockets());
                assertEquals(port, s.localAddress().getPort());
                loop.datagram(LOCALHOST, port).close();
            });
            socket.close();
            assertEquals(List.of(), log, "inside close()");
        });
        assertEquals(List.of("close"), log);
    }

    @Rule({"DGRAM-011", "LOOP-015"})
    void shutdownClosesIt() {
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            loop.shutdown(Duration.ofMinutes(1));
            assertFalse(socket.isOpen());
            assertThrows(IllegalStateException.class, () -> loop.datagram(LOCALHOST, 0));
        });
        assertEquals(List.of("close"), log);
    }

    @Rule({"DGRAM-011", "LOOP-009"})
    void theLoopsCloseClosesIt() {
        DatagramSocket[] left = new DatagramSocket[1];
        withLoop(loop -> {
            left[0] = bind(loop);
            datagramPeer().send("nobody hears it", left[0].localAddress());
            loop.close();
        });
        assertEquals(List.of("close"), log);
        left[0].close();
        assertFalse(left[0].isOpen());
        assertThrows(IllegalStateException.class, () -> left[0].loop().datagram(LOCALHOST, 0));
    }

    @Rule({"DGRAM-011", "LOOP-011"})
    void whatItsCallbacksThrowDoesNotEndIt() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            loop.onUncaught((same, thrown) -> told(loop, "uncaught " + thrown.getMessage()));
            DatagramSocket socket = bind(loop);
            socket.onReceive((s, sender, data) -> {
                throw new Exception(text(data));
            });
            peer.send("one", socket.localAddress()).send("two", socket.localAddress());
            closeAfter(socket, 2);
        });
        assertEquals(List.of("uncaught one", "uncaught two", "close"), log);
    }

    @Rule("DGRAM-011")
    void whatWasSentBeforeItClosesIsSent() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            for (int i = 0; i < 10; i++) {
                assertTrue(socket.send(bytes("datagram " + i), peer.address()));
            }
            socket.close();
            helper(() -> {
                for (int i = 0; i < 10; i++) {
                    heard.add(peer.receive().text());
                }
            });
        });
        assertEquals(10, heard.size());
        assertEquals("datagram 9", heard.get(9));
    }

    @Rule({"DGRAM-011", "RES-001"})
    void itLeaksNoDescriptor() {
        withLoop(loop -> {
            DatagramSocket warm = loop.datagram(LOCALHOST, 0);
            int[] before = new int[1];
            warm.onClose(s -> {
                before[0] = descriptorCount();
                again(loop, 200, before[0]);
            });
            warm.close();
        });
    }

    private void again(EventLoop loop, int times, int before) {
        if (times == 0) {
            assertEquals(before, descriptorCount());
        } else {
            loop.datagram(LOCALHOST, 0).onClose(s -> again(loop, times - 1, before)).close();
        }
    }

    @Rule({"DGRAM-011", "THREAD-001"})
    void itBelongsToItsLoopsThread() {
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            InetSocketAddress there = address(LOCALHOST, 9);
            helper(() -> {
                assertThrows(IllegalStateException.class, () -> socket.send(bytes("x"), there));
                assertThrows(IllegalStateException.class, () -> socket.send(bytes("x")));
                assertThrows(IllegalStateException.class, () -> socket.connect(there));
                assertThrows(IllegalStateException.class, socket::pause);
                assertThrows(IllegalStateException.class, socket::close);
                assertThrows(IllegalStateException.class, socket::isOpen);
                assertThrows(IllegalStateException.class, () -> socket.onReceive((s, sender, data) -> {}));
                assertThrows(IllegalStateException.class, () -> loop.datagram(LOCALHOST, 0));
                assertEquals(0, socket.dropped());
                assertEquals(loop, socket.loop());
                assertEquals(LOCALHOST, socket.localAddress().getHostString());
                loop.execute(socket::close);
            });
        });
        assertEquals(List.of("close"), log);
    }

    @Rule("DGRAM-001")
    @NeedsSystem("how ports are shared")
    void aPortIsSharedWithWhoeverElseHasTheOptionOfTheSystem() throws IOException {
        try (DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
            other.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address(LOCALHOST, 0));
            InetSocketAddress local = (InetSocketAddress) other.getLocalAddress();
            withLoop(loop -> {
                assertThrows(NetworkException.class, () -> loop.datagram(LOCALHOST, local.getPort()));
                loop.datagram(LOCALHOST, local.getPort(), DatagramOptions.defaults().withReuseAddress(true)).close();
            });
        }
    }

    /** Some engines need a second socket to send one without bytes. */
    @Rule({"DGRAM-001", "DGRAM-004"})
    @NeedsSystem("how ports are shared")
    void aPortIsNotSharedAfterADatagramWithoutBytes() throws IOException {
        DatagramPeer peer = datagramPeer();
        try (DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
            if (!other.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                throw new TestAbortedException("this system does not share ports in that way");
            }
            other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            withLoop(loop -> {
                DatagramSocket socket = bind(loop).connect(peer.address());
                socket.send(bytes(""));
                helper(() -> {
                    peer.receive();
                    loop.execute(() -> {
                        assertThrows(BindException.class, () -> other.bind(socket.localAddress()));
                        socket.close();
                    });
                });
            });
        }
        assertEquals(List.of("close"), log);
    }
}
