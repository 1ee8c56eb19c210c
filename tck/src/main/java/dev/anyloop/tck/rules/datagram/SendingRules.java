package dev.anyloop.tck.rules.datagram;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Chapter DGRAM of the specification: what is sent, and to whom. */
public abstract class SendingRules extends DatagramChapter {

    // ---- DGRAM-003, DGRAM-004 ----

    @Rule({"DGRAM-003", "WRITE-002"})
    void whateverBufferItIsInItIsConsumedAndYoursAgain() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            ByteBuffer heap = ByteBuffer.wrap("-heap-".getBytes(UTF_8), 1, 4);
            ByteBuffer direct = ByteBuffer.allocateDirect(8).put("-direct-".getBytes(UTF_8)).position(1).limit(7);
            ByteBuffer readOnly = bytes("readonly").asReadOnlyBuffer();
            byte[] array = "array".getBytes(UTF_8);
            assertTrue(socket.send(heap, peer.address()));
            assertTrue(socket.send(direct, peer.address()));
            assertTrue(socket.send(readOnly, peer.address()));
            assertTrue(socket.send(array, peer.address()));
            for (ByteBuffer buffer : List.of(heap, direct, readOnly)) {
                assertFalse(buffer.hasRemaining(), "not consumed: " + buffer);
            }
            heap.array()[1] = '!';
            direct.put(1, (byte) '!');
            array[0] = '!';
            helper(() -> {
                for (int i = 0; i < 4; i++) {
                    heard.add(peer.receive().text());
                }
                loop.execute(socket::close);
            });
        });
        assertEquals(List.of("heap", "direct", "readonly", "array"), heard);
    }

    @Rule("DGRAM-003")
    void datagramsLeaveInTheOrderOfTheCalls() {
        DatagramPeer peer = datagramPeer();
        List<String> sent = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            for (int i = 0; i < 100; i++) {
                sent.add("datagram " + i);
                assertTrue(socket.send(bytes(sent.get(i)), peer.address()));
            }
            helper(() -> {
                for (int i = 0; i < 100; i++) {
                    heard.add(peer.receive().text());
                }
                loop.execute(() -> {
                    assertEquals(0, socket.pendingSends());
                    assertEquals(0, socket.dropped());
                    assertEquals(sent.stream().mapToInt(String::length).sum(), loop.stats().bytesOut());
                    socket.close();
                });
            });
        });
        assertEquals(sent, heard);
    }

    /** An engine that keeps an address as the system takes it has to keep whose it was, too. */
    @Rule("DGRAM-003")
    void oneAddressServesSocketsOfEitherFamily() {
        assumeIpv6();
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket four = logged(loop.datagram("0.0.0.0", 0));
            DatagramSocket both = logged(loop.datagram("::", 0));
            InetSocketAddress to = peer.address();
            for (DatagramSocket socket : List.of(both, four, both)) {
                assertTrue(socket.send(bytes("x"), to));
            }
            helper(() -> {
                for (int i = 0; i < 3; i++) {
                    heard.add(peer.receive().text());
                }
                loop.execute(() -> {
                    four.close();
                    both.close();
                });
            });
        });
        assertEquals(3, heard.size());
        assertEquals(List.of("close", "close"), log);
    }

    @Rule({"CONN-021", "DGRAM-005"})
    void anIpv4MappedAddressIsTheIpv4AddressOfDatagramsToo() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = logged(loop.datagram(new InetSocketAddress(mapped(LOCALHOST), 0), DatagramOptions.defaults()));
            assertEquals(address(LOCALHOST, socket.localAddress().getPort()), socket.localAddress());
            socket.send(bytes("to it"), new InetSocketAddress(mapped(LOCALHOST), peer.address().getPort()));
            socket.connect(new InetSocketAddress(mapped(LOCALHOST), peer.address().getPort()));
            assertEquals(peer.address(), socket.remoteAddress());
            socket.send(bytes("to the peer"));
            helper(() -> {
                assertEquals("to it", peer.receive().text());
                assertEquals("to the peer", peer.receive().text());
                peer.send("from the peer", socket.localAddress());
            });
            closeAfter(socket, 1);
        });
        assertEquals(List.of("from the peer", "close"), log);
    }

    /**
     * An engine may write an address over the one before, which is longer, and here has no byte that is zero. It leads nowhere, in the
     * zone of loopback; whether that is told is the business of other rules.
     */
    @Rule({"DGRAM-003", "DGRAM-005", "CONN-021"})
    @NeedsSystem("zones of the system")
    void anIpv4AddressMeansTheSameAfterAnyIpv6Address() throws IOException {
        assumeIpv6();
        int loopback = NetworkInterface.getByInetAddress(InetAddress.getByName(LOCALHOST)).getIndex();
        InetSocketAddress longer = new InetSocketAddress("fe81:102:304:506:708:90a:b0c:d0e%" + loopback, 0xf0f);
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram("::", 0);
            socket.onReceive((s, sender, data) -> told(loop, text(data)));
            socket.onError((s, error) -> assertEquals(ErrorKind.UNREACHABLE, error.kind()));
            socket.send(bytes("lost"), longer);
            socket.send(bytes("sent"), peer.address());
            assertThrows(NetworkException.class, () -> loop.datagram(longer, DatagramOptions.defaults()));
            DatagramSocket bound = loop.datagram(LOCALHOST, 0);
            assertEquals(LOCALHOST, bound.localAddress().getAddress().getHostAddress());
            bound.close();
            connectIfItCan(socket, longer);
            socket.connect(peer.address()).send(bytes("to the peer"));
            connectIfItCan(socket, longer);
            socket.disconnect().send(bytes("to nobody's peer"), peer.address());
            helper(() -> {
                InetSocketAddress from = null;
                for (int i = 0; i < 3; i++) {
                    DatagramPeer.Datagram next = peer.receive();
                    heard.add(next.text());
                    from = next.sender();
                }
                peer.send("thanks", new InetSocketAddress(LOCALHOST, from.getPort()));
            });
            closeAfter(socket, 1);
        });
        assertEquals(List.of("sent", "to the peer", "to nobody's peer"), heard);
        assertEquals(List.of("thanks"), log);
    }

    private static void connectIfItCan(DatagramSocket socket, InetSocketAddress there) {
        try {
            socket.connect(there);
        } catch (NetworkException e) {
            assertEquals(ErrorKind.UNREACHABLE, e.kind());
        }
    }

    @Rule("DGRAM-004")
    void aDatagramWithoutBytesIsSentInItsPlace() {
        for (String host : loopbacks()) {
            log.clear();
            List<String> heard = new ArrayList<>();
            for (boolean connected : new boolean[] {false, true}) {
                DatagramPeer peer = datagramPeer(host);
                withLoop(loop -> {
                    DatagramSocket socket = bind(loop, host);
                    InetSocketAddress to = peer.address();
                    if (connected) {
                        socket.connect(to);
                    }
                    for (String text : List.of("", "one", "", "", "two")) {
                        assertTrue(connected ? socket.send(bytes(text)) : socket.send(bytes(text), to));
                    }
                    helper(() -> {
                        for (int i = 0; i < 5; i++) {
                            DatagramPeer.Datagram datagram = peer.receive();
                            assertEquals(socket.localAddress(), datagram.sender());
                            heard.add(datagram.text());
                        }
                        peer.send("thanks", socket.localAddress());
                    });
                    closeAfter(socket, log.size() + 1);
                });
            }
            assertEquals(List.of("", "one", "", "", "two", "", "one", "", "", "two"), heard);
            assertEquals(List.of("thanks", "close", "thanks", "close"), log, host);
        }
    }

    @Rule({"DGRAM-004", "DGRAM-003"})
    void aDatagramWithoutBytesIsSentByASocketWithoutAQueue() {
        for (String host : loopbacks()) {
            log.clear();
            for (boolean connected : new boolean[] {false, true}) {
                DatagramPeer peer = datagramPeer(host);
                withLoop(loop -> {
                    DatagramSocket socket = logged(loop.datagram(host, 0, DatagramOptions.defaults().withSendQueueBytes(0)));
                    if (connected) {
                        socket.connect(peer.address());
                    }
                    assertTrue(connected ? socket.send(bytes("")) : socket.send(bytes(""), peer.address()));
                    helper(() -> peer.send("heard " + peer.receive().text(), socket.localAddress()));
                    int before = log.size();
                    when(loop, () -> log.size() > before, l -> {
                        assertEquals(0, socket.pendingSends());
                        assertEquals(0, socket.dropped());
                        socket.close();
                    });
                });
            }
            assertEquals(List.of("heard ", "close", "heard ", "close"), log, host);
        }
    }

    @Rule({"DGRAM-004", "DGRAM-002"})
    void whatComesWhileOneWithoutBytesIsSentIsNotLost() {
        for (String host : loopbacks()) {
            log.clear();
            DatagramPeer peer = datagramPeer(host);
            withLoop(loop -> {
                DatagramSocket socket = bind(loop, host).connect(peer.address());
                socket.send(bytes(""));
                for (int i = 0; i < 5; i++) {
                    peer.send("datagram " + i, socket.localAddress());
                }
                closeAfter(socket, 5);
            });
            assertEquals(List.of("datagram 0", "datagram 1", "datagram 2", "datagram 3", "datagram 4", "close"), log, host);
        }
    }

    // ---- DGRAM-005 ----

    @Rule("DGRAM-005")
    void aConnectedSocketHearsItsPeerAlone() {
        for (String host : loopbacks()) {
            log.clear();
            DatagramPeer friend = datagramPeer(host);
            DatagramPeer stranger = datagramPeer(host);
            withLoop(loop -> {
                DatagramSocket socket = bind(loop, host);
                stranger.send("before", socket.localAddress());
                assertEquals(socket, socket.connect(friend.address()));
                assertEquals(friend.address(), socket.remoteAddress());
                stranger.send("after", socket.localAddress());
                assertTrue(socket.send(bytes("hello")));
                helper(() -> {
                    DatagramPeer.Datagram hello = friend.receive();
                    assertEquals("hello", hello.text());
                    friend.send("friend", hello.sender());
                });
                closeAfter(socket, 1);
            });
            assertEquals(List.of("friend", "close"), log, host);
        }
    }

    @Rule("DGRAM-005")
    void aConnectedSocketMayTakeAnotherPeerOrNone() {
        for (String host : loopbacks()) {
            log.clear();
            DatagramPeer first = datagramPeer(host);
            DatagramPeer second = datagramPeer(host);
            withLoop(loop -> {
                DatagramSocket socket = bind(loop, host).connect(first.address());
                InetSocketAddress local = socket.localAddress();
                socket.connect(second.address());
                assertEquals(second.address(), socket.remoteAddress());
                first.send("first", local);
                second.send("second", local);
                socket.send(bytes("to second"));
                helper(() -> assertEquals("to second", second.receive().text()));
                when(loop, () -> log.size() == 1, l -> {
                    socket.disconnect();
                    socket.disconnect();
                    assertEquals(null, socket.remoteAddress());
                    assertEquals(local, socket.localAddress());
                    first.send("first again", local);
                    assertTrue(socket.send(bytes("to first"), first.address()));
                    helper(() -> assertEquals("to first", first.receive().text()));
                    closeAfter(socket, 2);
                });
            });
            assertEquals(List.of("second", "first again", "close"), log, host);
        }
    }

    @Rule("DGRAM-005")
    void aSocketForBothFamiliesTakesAPeerOfEither() {
        assumeIpv6();
        DatagramPeer four = datagramPeer();
        DatagramPeer six = peers().datagrams("::1", 0);
        withLoop(loop -> {
            DatagramSocket socket = logged(loop.datagram("::", 0)).connect(four.address());
            socket.send(bytes("to four"));
            helper(() -> four.send("four", four.receive().sender()));
            when(loop, () -> log.size() == 1, l -> {
                socket.connect(six.address());
                socket.send(bytes("to six"));
                helper(() -> six.send("six", six.receive().sender()));
                closeAfter(socket, 2);
            });
        });
        assertEquals(List.of("four", "six", "close"), log);
    }
}
