package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Chapter DGRAM of the specification, on a link of which both ends are this machine's: how far datagrams go, and how fast. */
public abstract class LinkRules extends DatagramChapter {

    private static final String GROUP = "239.255.77.79";
    private static final String GROUP6 = "ff15::77:79";

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
        heardOnceOrTwice("0.0.0.0", GROUP);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onTheLinkItIsHeardOnceOrTwiceOverIpv6Too() throws IOException {
        assumeIpv6();
        heardOnceOrTwice("::", GROUP6);
    }

    /** A member at both ends hears what this machine hears of itself, and what comes over the link. */
    private void heardOnceOrTwice(String any, String group) throws IOException {
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(end("near0"));
        InetAddress joined = InetAddress.getByName(group);
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram(any, 0)).join(joined, end("near0")).join(joined, end("far0"));
            InetSocketAddress to = new InetSocketAddress(joined, member.localAddress().getPort());
            DatagramSocket here = loop.datagram(any, 0, options.withMulticastTtl(0));
            DatagramSocket beyond = loop.datagram(any, 0, options.withMulticastTtl(1));
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

    @Rule("DGRAM-003")
    @NeedsSystem("a network of the system")
    void aSlowLinkIsWaitedFor() throws Exception {
        link("tc qdisc add dev near0 root tbf rate 1mbit burst 4k limit 1mb").run("onTheLinkWhatFindsNoRoom*");
    }

    /** Those of this machine's groups do not go by its own loopback. */
    @Rule("DGRAM-003")
    @NeedsSystem("multicast")
    void onTheLinkWhatFindsNoRoomWaitsAndLeavesInItsOrder() throws IOException {
        DatagramOptions options = DatagramOptions.defaults().withBufferSizes(0, 8 * 1024).withSendQueueBytes(1 << 20)
                .withMulticastInterface(end("near0")).withMulticastLoopback(false);
        List<Integer> sizes = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket member = loop.datagram("0.0.0.0", 0).join(InetAddress.getByName(GROUP), end("far0"));
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(GROUP), member.localAddress().getPort());
            DatagramSocket sender = loop.datagram("0.0.0.0", 0, options);
            member.onReceive((s, from, data) -> {
                sizes.add(data.remaining());
                if (sizes.size() == MANY) {
                    assertEquals(0, sender.pendingSends() + sender.dropped());
                    sender.close();
                    member.close();
                }
            });
            for (int i = 0; i < MANY; i++) {
                sender.send(new byte[1_000 + i], to);
            }
            long before = loop.stats().turns();
            afterQuiet(loop, quiet -> assertNoSpin(loop, before + MANY));
        });
        for (int i = 0; i < MANY; i++) {
            assertEquals(1_000 + i, sizes.get(i));
        }
    }
}
