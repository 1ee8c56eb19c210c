package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ReceiveCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opentest4j.TestAbortedException;

/** Chapter DGRAM of the specification: what comes. */
public abstract class ReceivingRules extends DatagramChapter {

    // ---- DGRAM-002 ----

    @Rule("DGRAM-002")
    void everyDatagramComesWholeAndWithItsSender() {
        int[] lengths = {1, 0, 1_472, 9_000, 65_507};
        List<byte[]> sent = new ArrayList<>();
        List<byte[]> received = new ArrayList<>();
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0, DatagramOptions.defaults().withBufferSizes(1 << 20, 0));
            socket.onReceive((s, sender, data) -> {
                assertEquals(peer.address(), sender);
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                received.add(bytes);
                sendNext(peer, socket, lengths, sent);
            });
            sendNext(peer, socket, lengths, sent);
        });
        assertEquals(lengths.length, received.size());
        for (int i = 0; i < lengths.length; i++) {
            assertSameBytes(sent.get(i), received.get(i), lengths[i] + " bytes");
        }
    }

    private void sendNext(DatagramPeer peer, DatagramSocket socket, int[] lengths, List<byte[]> sent) {
        if (sent.size() == lengths.length) {
            socket.close();
        } else {
            sent.add(randomBytes(lengths[sent.size()]));
            peer.send(sent.get(sent.size() - 1), socket.localAddress());
        }
    }

    @Rule("DGRAM-002")
    void severalThatWaitComeInTheirOrder() {
        DatagramPeer peer = datagramPeer();
        List<String> sent = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            for (int i = 0; i < 100; i++) {
                sent.add(i % 10 == 5 ? "" : "datagram " + i);
                peer.send(sent.get(i), socket.localAddress());
            }
            closeAfter(socket, sent.size());
        });
        sent.add("close");
        assertEquals(sent, log);
    }

    @Rule({"DGRAM-002", "READ-002"})
    void aViewIsOverWithItsCallback() {
        DatagramPeer peer = datagramPeer();
        List<ByteBuffer> kept = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop).onReceive((s, sender, data) -> {
                assertEquals(3, data.remaining());
                kept.forEach(old -> assertFalse(old.hasRemaining(), "a view shows the next datagram"));
                kept.add(data);
                if (kept.size() == 2) {
                    s.close();
                }
            });
            peer.send("one", socket.localAddress()).send("two", socket.localAddress());
        });
        assertEquals(2, kept.size());
        kept.forEach(old -> assertFalse(old.hasRemaining()));
    }

    /** What another loop of the thread receives meanwhile is not where this one is. */
    @Rule({"DGRAM-002", "THREAD-006"})
    void aViewStaysAsItIsWhileItsCallbackRunsAnotherLoop() {
        DatagramPeer peer = datagramPeer();
        DatagramPeer other = datagramPeer();
        withOpenLoop(inner -> withLoop(outer -> {
            DatagramSocket within = inner.datagram(LOCALHOST, 0).onReceive((s, sender, data) -> {
                log.add(text(data) + " " + sender);
                s.close();
            });
            DatagramSocket socket = outer.datagram(LOCALHOST, 0).onReceive((s, sender, data) -> {
                other.send("inner", within.localAddress());
                inner.run();
                log.add(text(data) + " " + sender);
                s.close();
            });
            peer.send("outer", socket.localAddress());
        }));
        assertEquals(List.of("inner " + other.address(), "outer " + peer.address()), log);
    }

    @Rule("DGRAM-002")
    void whatNobodyListensToIsDiscarded() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0);
            peer.send("lost", socket.localAddress());
            when(loop, () -> loop.stats().bytesIn() == 4, l -> {
                logged(socket);
                peer.send("heard", socket.localAddress());
                closeAfter(socket, 1);
            });
        });
        assertEquals(List.of("heard", "close"), log);
    }

    @Rule({"DGRAM-002", "DGRAM-001"})
    void anIpv4SenderHasAnIpv4AddressOnASocketForBothFamilies() {
        assumeIpv6();
        DatagramPeer four = datagramPeer();
        DatagramPeer six = peers().datagrams("::1", 0);
        TreeMap<String, InetSocketAddress> senders = new TreeMap<>();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram("::", 0).onReceive((s, sender, data) -> {
                senders.put(text(data), sender);
                s.send(bytes("to " + (sender.getAddress() instanceof Inet4Address ? "four" : "six")), sender);
                if (senders.size() == 2) {
                    s.close();
                }
            });
            four.send("four", address(LOCALHOST, socket.localAddress().getPort()));
            six.send("six", address("::1", socket.localAddress().getPort()));
            helper(() -> {
                assertEquals("to four", four.receive().text());
                assertEquals("to six", six.receive().text());
            });
        });
        assertEquals(four.address(), senders.get("four"));
        assertEquals(Inet4Address.class, senders.get("four").getAddress().getClass());
        assertEquals(six.address(), senders.get("six"));
    }

    @Rule({"DGRAM-002", "DGRAM-001"})
    @NeedsSystem("a setting of the system")
    void itAlsoHasWhereTheSystemWouldHaveSuchASocketForIpv6Only() throws Exception {
        elsewhere()
                .network("echo 1 > /proc/sys/net/ipv6/bindv6only")
                .run("anIpv4SenderHasAnIpv4AddressOnASocketForBothFamilies");
    }

    /** In one loop, for an engine may keep what it was told last; with one port, so that the address alone tells them apart. */
    @Rule({"DGRAM-002", "CONN-021"})
    void eachSenderIsToldAsItIsWhoeverCameBefore() {
        assumeLinux();
        assumeIpv6();
        DatagramPeer one = datagramPeer();
        DatagramPeer other = peers().datagrams("127.0.0.2", one.address().getPort());
        DatagramPeer six = peers().datagrams("::1", one.address().getPort());
        List<InetSocketAddress> sent = new ArrayList<>();
        List<InetSocketAddress> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket four = loop.datagram("0.0.0.0", 0);
            DatagramSocket both = loop.datagram("::", 0);
            ReceiveCallback next = (s, sender, data) -> {
                heard.add(sender);
                int turn = heard.size();
                if (turn == 8) {
                    four.close();
                    both.close();
                    return;
                }
                DatagramPeer peer = turn % 4 == 0 || turn % 4 == 3 ? one : turn % 4 == 1 ? other : six;
                DatagramSocket to = turn % 4 == 0 ? four : both;
                sent.add(peer.address());
                peer.send("x", address(peer == six ? "::1" : LOCALHOST, to.localAddress().getPort()));
            };
            four.onReceive(next);
            both.onReceive(next);
            sent.add(one.address());
            one.send("x", address(LOCALHOST, four.localAddress().getPort()));
        });
        assertEquals(sent, heard);
        heard.forEach(sender -> assertFalse(sender.getAddress().getHostAddress().contains("%"), sender + " has a zone"));
    }

    @Rule("DGRAM-002")
    void theLongestDatagramOfIpv6ComesWhole() {
        assumeIpv6();
        DatagramPeer peer = peers().datagrams("::1", 0);
        byte[] sent = randomBytes(65_527);
        List<byte[]> received = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram("::1", 0, DatagramOptions.defaults().withBufferSizes(1 << 20, 1 << 20))
                    .onReceive((s, sender, data) -> {
                        received.add(new byte[data.remaining()]);
                        data.get(received.get(0));
                        s.send(received.get(0), sender);
                        s.close();
                    });
            peer.send(sent, socket.localAddress());
            helper(() -> assertSameBytes(sent, peer.receive().data()));
        });
        assertSameBytes(sent, received.get(0));
    }

    // ---- DGRAM-009 ----

    @Rule("DGRAM-009")
    void whatIsPausedInTheMiddleOfABatchHearsTheRestLater() {
        DatagramPeer peer = datagramPeer();
        List<String> sent = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            socket.onReceive((s, sender, data) -> {
                told(loop, text(data));
                if (log.size() == 3) {
                    s.pause();
                    s.pause();
                    afterQuiet(loop, l -> {
                        told(loop, "quiet");
                        s.resume();
                        s.resume();
                        assertEquals(4, log.size(), "inside resume()");
                        closeAfter(s, sent.size() + 1);
                    });
                }
            });
            for (int i = 0; i < 20; i++) {
                sent.add("datagram " + i);
                peer.send(sent.get(i), socket.localAddress());
            }
        });
        sent.add(3, "quiet");
        sent.add("close");
        assertEquals(sent, log);
    }

    /** What the loop keeps of a stranger, because the other socket has stopped it, is no more heard than what the system keeps. */
    @Rule({"DGRAM-005", "DGRAM-009"})
    void whoIsConnectedBetweenTwoRunsHearsItsPeerAlone() {
        DatagramPeer stranger = datagramPeer();
        DatagramPeer friend = datagramPeer();
        withOpenLoop(loop -> {
            List<DatagramSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                sockets.add(bind(loop).onReceive((s, sender, data) -> {
                    told(loop, text(data));
                    loop.stop();
                }));
                stranger.send("stranger", sockets.get(i).localAddress());
            }
            loop.run();
            for (DatagramSocket socket : sockets) {
                socket.connect(friend.address());
                friend.send("friend", socket.localAddress());
            }
            loop.run();
            loop.run();
            sockets.forEach(DatagramSocket::close);
            loop.run();
        });
        assertEquals(List.of("stranger", "friend", "friend", "close", "close"), log);
    }

    @Rule("DGRAM-009")
    void whatIsClosedInTheMiddleOfABatchHearsNoMore() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            socket.onReceive((s, sender, data) -> {
                told(loop, text(data));
                s.close();
                assertFalse(s.isOpen());
                s.close();
                s.pause().resume().disconnect();
            });
            for (int i = 0; i < 20; i++) {
                peer.send("datagram " + i, socket.localAddress());
            }
            afterQuiet(loop, l -> {});
        });
        assertEquals(List.of("datagram 0", "close"), log);
    }

    @Rule("DGRAM-009")
    void anotherSocketMayPauseAndCloseThoseThatAreReadyToo() {
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            List<DatagramSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sockets.add(bind(loop).onReceive((s, sender, data) -> {
                    told(loop, "heard");
                    sockets.stream().filter(other -> other != s).forEach(DatagramSocket::close);
                    s.pause();
                }));
            }
            for (int i = 0; i < 5; i++) {
                sockets.forEach(socket -> peer.send("x", socket.localAddress()));
            }
            afterQuiet(loop, l -> sockets.forEach(DatagramSocket::close));
        });
        assertEquals(List.of("heard", "close", "close", "close"), log);
    }

    @Rule({"DGRAM-009", "LOOP-006", "LOOP-007"})
    void aStopInTheMiddleOfABatchLosesNothing() {
        DatagramPeer peer = datagramPeer();
        List<String> sent = new ArrayList<>();
        withOpenLoop(loop -> {
            DatagramSocket socket = bind(loop);
            socket.onReceive((s, sender, data) -> {
                told(loop, text(data));
                loop.stop();
            });
            for (int i = 0; i < 10; i++) {
                sent.add("datagram " + i);
                peer.send(sent.get(i), socket.localAddress());
            }
            for (int run = 1; run <= 10; run++) {
                loop.run();
                assertEquals(run, log.size(), "callbacks after " + run + " runs");
            }
        });
        sent.add("close");
        assertEquals(sent, log);
    }

    /** Where an engine keeps an address for the next time, it keeps that of who sends apart from that of who is sent to. */
    @Rule({"DGRAM-002", "DGRAM-003"})
    void aRelayMixesUpNeitherItsSendersNorItsReceiver() {
        int rounds = 5;
        DatagramPeer receiver = datagramPeer();
        List<DatagramPeer> senders = List.of(datagramPeer(), receiver, datagramPeer());
        List<String> expected = new ArrayList<>();
        List<String> relayed = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket relay = loop.datagram(LOCALHOST, 0);
            relay.onReceive((s, from, data) -> s.send(bytes(from.getPort() + " " + text(data)), receiver.address()));
            helper(() -> {
                for (int i = 0; i < rounds; i++) {
                    for (DatagramPeer sender : senders) {
                        expected.add(sender.address().getPort() + " " + i);
                        sender.send("" + i, relay.localAddress());
                        relayed.add(receiver.receive().text());
                    }
                }
                loop.execute(relay::close);
            });
        });
        assertEquals(expected, relayed);
    }

    @Rule("DGRAM-009")
    @NeedsSystem("buffers of the system")
    void theSizeOfTheReceiveBufferIsHeeded() {
        assumeLinux();
        Map<String, Integer> heard = new TreeMap<>();
        withLoop(loop -> {
            for (String host : loopbacks()) {
                DatagramPeer peer = peers().datagrams(host, 0);
                DatagramSocket socket = loop.datagram(host, 0, DatagramOptions.defaults().withBufferSizes(4_096, 0)).pause();
                for (int i = 0; i < 60; i++) {
                    peer.send(new byte[1_000], socket.localAddress());
                }
                socket.onReceive((s, from, data) -> heard.merge(host, 1, Integer::sum)).resume();
                afterQuiet(loop, quiet -> socket.close());
            }
        });
        assertEquals(loopbacks().size(), heard.size(), heard::toString);
        heard.forEach((host, count) -> assertTrue(count < 30, count + " of 60 fit into a buffer for four at " + host));
    }

    @Rule({"DGRAM-002", "CONN-021"})
    @NeedsSystem("a network of the system")
    void inANetworkWithALinkLocalAddressASenderHasItsZone() throws Exception {
        elsewhere().network(
                "ip -6 addr add fe80::7f00:1/64 dev lo scope link nodad",
                "ip link add near0 type veth peer name far0", "ip link set near0 up", "ip link set far0 up",
                "ip -6 addr add fe80::7f00:1/64 dev near0 nodad").run("aLinkLocalSender*,inTwoZones*");
    }

    @Rule({"DGRAM-002", "CONN-021"})
    @NeedsSystem("a network of the system")
    void aLinkLocalSenderHasItsZone() throws IOException {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        InetAddress linkLocal = loopback.inetAddresses()
                .filter(InetAddress::isLinkLocalAddress)
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("loopback has no link-local address here"));
        List<InetSocketAddress> senders = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram("::", 0);
            DatagramSocket sender = loop.datagram(new InetSocketAddress(linkLocal, 0), DatagramOptions.defaults());
            socket.onReceive((s, from, data) -> {
                senders.add(from);
                s.close();
                sender.close();
            });
            sender.send(bytes("x"), new InetSocketAddress(linkLocal, socket.localAddress().getPort()));
        });
        assertEquals(loopback.getIndex(), ((Inet6Address) senders.get(0).getAddress()).getScopeId(), senders::toString);
    }
}
