package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/** Chapter DGRAM of the specification, on a link of which both ends are this machine's: how far datagrams go, and how fast. */
public abstract class LinkRules extends DatagramChapter {

    private static final String GROUP = "239.255.77.79";
    private static final String GROUP6 = "ff15::77:79";

    /** As a link-local address begins that is on two links: the JDK writes its zone behind it, and zeros one by one. */
    private static final String TWICE = "fe80:0:0:0:0:0:7f00:1%";

    /** More than the send buffer holds, and no more than a link of a megabit per second takes in a second. */
    private static final int MANY = 100;

    /** Systems suspect who has their own address elsewhere, unless they are told that it may be so. */
    private Elsewhere link(String... more) {
        List<String> setup = new ArrayList<>(List.of(
                "ip link add near0 type veth peer name far0",
                "ip addr add 10.77.78.1/24 dev near0", "ip addr add 10.77.79.1/24 dev far0",
                "ip -6 addr add fd77:78::1/64 dev near0 nodad", "ip -6 addr add fd77:79::1/64 dev far0 nodad",
                "ip link set near0 up", "ip link set far0 up",
                "echo 1 > /proc/sys/net/ipv4/conf/far0/accept_local",
                "echo 0 > /proc/sys/net/ipv4/conf/far0/rp_filter", "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter"));
        setup.addAll(List.of(more));
        return elsewhere().network(setup.toArray(String[]::new));
    }

    private static NetworkInterface end(String name) throws IOException {
        NetworkInterface end = NetworkInterface.getByName(name);
        if (end == null) {
            throw new TestAbortedException("it needs a link of its own");
        }
        return end;
    }

    @Rule("DGRAM-013")
    @NeedsSystem("a network of the system")
    void ofWhatMayLeaveThisMachineTheLinkBringsAnother() throws Exception {
        link().run("onTheLinkItIsHeardOnce*");
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onTheLinkItIsHeardOnceIfItMayNotLeaveAndTwiceIfItMay() throws IOException {
        heardOnceOrTwice("0.0.0.0", "0.0.0.0", GROUP);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onTheLinkItIsHeardOnceOrTwiceOverIpv6Too() throws IOException {
        assumeIpv6();
        heardOnceOrTwice("::", "::", GROUP6);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onTheLinkItIsHeardOnceOrTwiceIfASocketForBothFamiliesSendsItOverIpv4() throws IOException {
        assumeIpv6();
        heardOnceOrTwice("0.0.0.0", "::", GROUP);
    }

    /** A member at both ends hears what this machine hears of itself, and what comes over the link. */
    private void heardOnceOrTwice(String any, String senders, String group) throws IOException {
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(end("near0"));
        InetAddress joined = InetAddress.getByName(group);
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram(any, 0)).join(joined, end("near0")).join(joined, end("far0"));
            InetSocketAddress to = new InetSocketAddress(joined, member.localAddress().getPort());
            DatagramSocket here = loop.datagram(senders, 0, options.withMulticastTtl(0));
            DatagramSocket beyond = loop.datagram(senders, 0, options.withMulticastTtl(1));
            here.send(bytes("here"), to);
            when(loop, () -> !log.isEmpty(), l -> afterQuiet(loop, quiet -> {
                beyond.send(bytes("beyond"), to);
                closeAfter(member, 3);
                here.close();
                beyond.close();
            }));
        });
        assertEquals(List.of("here", "beyond", "beyond", "close"), log);
    }

    /** Some engines send those of a connected socket in another way. */
    @Rule({"DGRAM-013", "DGRAM-004"})
    @NeedsSystem("multicast")
    void onTheLinkItIsHeardOnceOrTwiceWithoutBytesToo() throws IOException {
        for (String any : wildcards()) {
            DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(end("near0"));
            InetAddress joined = group(any);
            log.clear();
            withLoop(loop -> {
                DatagramSocket member = logged(loop.datagram(any, 0)).join(joined, end("near0")).join(joined, end("far0"));
                InetSocketAddress to = new InetSocketAddress(joined, member.localAddress().getPort());
                DatagramSocket here = loop.datagram(any, 0, options.withMulticastTtl(0)).connect(to);
                DatagramSocket beyond = loop.datagram(any, 0, options.withMulticastTtl(1)).connect(to);
                here.send(bytes(""));
                when(loop, () -> !log.isEmpty(), l -> afterQuiet(loop, quiet -> {
                    log.add("beyond");
                    beyond.send(bytes(""));
                    closeAfter(member, 4);
                    here.close();
                    when(loop, () -> log.size() >= 4, heard -> beyond.close());
                }));
            });
            assertEquals(List.of("", "beyond", "", "", "close"), log, any);
        }
    }

    private static InetAddress group(String any) throws IOException {
        return InetAddress.getByName(any.equals("::") ? GROUP6 : GROUP);
    }

    // ---- the same address, of this machine's loopback and of the link ----

    private static InetSocketAddress linkLocal(String interfaceName, int port) throws IOException {
        return end(interfaceName).inetAddresses()
                .filter(address -> address.isLinkLocalAddress() && address.getHostAddress().startsWith(TWICE))
                .map(address -> new InetSocketAddress(address, port))
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("it needs the same address on two links"));
    }

    private static int zone(InetSocketAddress address) {
        return ((Inet6Address) address.getAddress()).getScopeId();
    }

    /** One at each address, at the same port, and one that both know. */
    private final class InTwoZones {

        final DatagramSocket here;
        final DatagramSocket there;
        final DatagramSocket both;

        InTwoZones(EventLoop loop) throws IOException {
            here = named(loop.datagram(linkLocal("lo", 0), DatagramOptions.defaults()), "here");
            there = named(loop.datagram(linkLocal("near0", here.localAddress().getPort()), DatagramOptions.defaults()), "there");
            both = loop.datagram("::", 0).onReceive((s, sender, data) ->
                    told(loop, text(data) + " from " + (zone(sender) == zone(here.localAddress()) ? "here" : "there")));
        }

        private DatagramSocket named(DatagramSocket socket, String name) {
            return socket.onReceive((s, sender, data) -> told(s.loop(), text(data) + " " + name));
        }

        void tellBoth(DatagramSocket from, String text) throws IOException {
            InetAddress same = from.localAddress().getAddress();
            from.send(bytes(text), new InetSocketAddress(same, both.localAddress().getPort()));
        }

        void close() {
            here.close();
            there.close();
            both.close();
        }
    }

    @Rule({"DGRAM-003", "DGRAM-002", "CONN-021"})
    @NeedsSystem("a network of the system")
    void inTwoZonesTheSameAddressIsTwoToSendToAndToHear() throws IOException {
        withLoop(loop -> {
            InTwoZones zones = new InTwoZones(loop);
            for (int i = 0; i < 3; i++) {
                zones.both.send(bytes("to"), zones.here.localAddress());
                zones.both.send(bytes("to"), zones.there.localAddress());
                zones.tellBoth(zones.here, "heard");
                zones.tellBoth(zones.there, "heard");
            }
            when(loop, () -> log.size() == 12, l -> zones.close());
        });
        for (String what : List.of("to here", "to there", "heard from here", "heard from there")) {
            assertEquals(3, Collections.frequency(log, what), () -> what + " in " + log);
        }
    }

    @Rule({"DGRAM-005", "CONN-021"})
    @NeedsSystem("a network of the system")
    void inTwoZonesAConnectedSocketHearsItsPeerAlone() throws IOException {
        withLoop(loop -> {
            InTwoZones zones = new InTwoZones(loop);
            zones.tellBoth(zones.there, "before");
            zones.both.connect(zones.here.localAddress()).send(bytes("to"));
            zones.tellBoth(zones.there, "stranger");
            zones.tellBoth(zones.here, "peer");
            when(loop, () -> log.size() == 2, l -> {
                zones.tellBoth(zones.here, "before");
                zones.both.connect(zones.there.localAddress()).send(bytes("to"));
                zones.tellBoth(zones.here, "stranger");
                zones.tellBoth(zones.there, "peer");
                when(loop, () -> log.size() == 4, heard -> {
                    zones.both.disconnect();
                    zones.tellBoth(zones.here, "again");
                    when(loop, () -> log.size() == 5, all -> zones.close());
                });
            });
        });
        assertEquals(Set.of("to here", "peer from here"), Set.copyOf(log.subList(0, 2)));
        assertEquals(Set.of("to there", "peer from there"), Set.copyOf(log.subList(2, 4)));
        assertEquals(List.of("again from here"), log.subList(4, 5));
    }

    @Rule("DGRAM-003")
    @NeedsSystem("a network of the system")
    void aSlowLinkIsWaitedFor() throws Exception {
        link("tc qdisc add dev near0 root tbf rate 1mbit burst 4k limit 1mb", "tc qdisc add dev far0 root tbf rate 1kbit burst 4k limit 1mb")
                .run("onTheLinkWhatFindsNoRoom*");
    }

    /** Of those without bytes there is a run in the middle, which is longer than there is room when room is told of. */
    private static byte[] ofMany(int index) {
        return new byte[index >= MANY / 4 && index < MANY / 2 ? 0 : 1_000 + index];
    }

    /** Those of this machine's groups do not go by its own loopback. */
    @Rule({"DGRAM-003", "DGRAM-004"})
    @NeedsSystem("multicast")
    void onTheLinkWhatFindsNoRoomWaitsAndLeavesInItsOrder() throws IOException {
        for (boolean connected : new boolean[] {false, true}) {
            List<Integer> sizes = new ArrayList<>();
            withLoop(loop -> {
                DatagramSocket member = loop.datagram("0.0.0.0", 0).join(InetAddress.getByName(GROUP), end("far0"));
                InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(GROUP), member.localAddress().getPort());
                DatagramSocket sender = loop.datagram("0.0.0.0", 0, onto(1 << 20));
                if (connected) {
                    sender.connect(to);
                }
                member.onReceive((s, from, data) -> {
                    sizes.add(data.remaining());
                    if (sizes.size() == MANY) {
                        assertEquals(0, sender.pendingSends() + sender.dropped());
                        sender.close();
                        member.close();
                    }
                });
                for (int i = 0; i < MANY; i++) {
                    assertTrue(connected ? sender.send(ofMany(i)) : sender.send(ofMany(i), to));
                }
                long before = loop.stats().turns();
                afterQuiet(loop, quiet -> assertNoSpin(loop, before + MANY));
            });
            for (int i = 0; i < MANY; i++) {
                assertEquals(ofMany(i).length, sizes.get(i));
            }
        }
    }

    @Rule("DGRAM-003")
    @NeedsSystem("multicast")
    void onTheLinkWhatFindsNoRoomIsBoundedHoweverShortItIs() throws IOException {
        withLoop(loop -> {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(GROUP), 9);
            DatagramSocket sender = loop.datagram("0.0.0.0", 0, onto(QUEUE_BYTES));
            while (sender.pendingSends() == 0) {
                assertTrue(sender.send(new byte[1_400], to));
            }
            assertBounded(sender, to);
            sender.close();
        });
    }

    /** By default a buffer holds some ninety. */
    @Rule("DGRAM-003")
    @NeedsSystem("multicast")
    void onTheLinkWhatFindsNoRoomIsWhatTheBufferDoesNotHold() throws IOException {
        for (String any : wildcards()) {
            withLoop(loop -> {
                InetSocketAddress to = new InetSocketAddress(group(any), 9);
                DatagramSocket sender = loop.datagram(any, 0, onto("far0", 1 << 20));
                int sent = 0;
                while (sender.pendingSends() == 0 && sent < MANY) {
                    assertTrue(sender.send(new byte[1_400], to));
                    sent++;
                }
                assertTrue(sent < MANY / 2, sent + " of " + any + " found room in a buffer for ten");
                sender.close();
            });
        }
    }

    /** By the end where there would be room again after many seconds. */
    @Rule({"DGRAM-011", "DGRAM-003"})
    @NeedsSystem("multicast")
    void onTheLinkWhatFindsNoRoomHoldsNoCloseUp() throws IOException {
        withLoop(loop -> {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(GROUP), 9);
            DatagramSocket sender = loop.datagram("0.0.0.0", 0, onto("far0", QUEUE_BYTES));
            while (sender.pendingSends() == 0) {
                assertTrue(sender.send(new byte[1_400], to));
            }
            afterQuiet(loop, quiet -> {
                assertTrue(sender.pendingSends() > 0);
                sender.close();
            });
        });
    }

    /** Little room, and a queue of so many bytes. */
    private static DatagramOptions onto(int queueBytes) throws IOException {
        return onto("near0", queueBytes);
    }

    private static DatagramOptions onto(String end, int queueBytes) throws IOException {
        return DatagramOptions.defaults().withBufferSizes(0, 8 * 1024).withSendQueueBytes(queueBytes)
                .withMulticastInterface(end(end)).withMulticastLoopback(false);
    }
}
