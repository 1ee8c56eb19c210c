package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** Chapter DGRAM of the specification: interfaces that lack what groups need. */
public abstract class InterfaceRules extends DatagramChapter {

    private static final String GROUP = "239.255.77.80";
    private static final String GROUP6 = "ff15::77:80";

    @Rule("DGRAM-013")
    @NeedsSystem("a network of the system")
    void anInterfaceNeedsAnAddressForGroupsOfIpv4() throws Exception {
        elsewhere()
                .network("ip link add six0 type bridge", "ip -6 addr add fd77:80::1/64 dev six0 nodad", "ip link set six0 up",
                        "ip link add other0 type bridge", "ip addr add 10.77.80.1/24 dev other0", "ip link set other0 up",
                        "ip route add default dev other0")
                .run("byAnInterfaceWithoutIpv4*");
    }

    /** What the system sends there otherwise has an address of another interface. */
    @Rule({"DGRAM-013", "DGRAM-008"})
    @NeedsSystem("multicast")
    void byAnInterfaceWithoutIpv4GroupsOfIpv6AloneAreReached() throws IOException {
        assumeIpv6();
        NetworkInterface six = named("six0");
        InetAddress group = InetAddress.getByName(GROUP);
        InetAddress group6 = InetAddress.getByName(GROUP6);
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(six);
        withLoop(loop -> {
            refused(Operation.BIND, "six0 has no IPv4 address", () -> loop.datagram("0.0.0.0", 0, options));
            DatagramSocket four = loop.datagram("0.0.0.0", 0);
            refused(Operation.JOIN, "six0 has no IPv4 address", () -> four.join(group, six));
            DatagramSocket member = logged(loop.datagram("::", 0)).join(group6, six);
            DatagramSocket sender = logged(loop.datagram("::", 0, options));
            sender.send(bytes("four"), new InetSocketAddress(group, member.localAddress().getPort()));
            sender.send(bytes("six"), new InetSocketAddress(group6, member.localAddress().getPort()));
            four.close();
            when(loop, () -> log.size() == 2, l -> {
                sender.close();
                closeAfter(member, 3);
            });
        });
        assertEquals(List.of("close", "close", "send UNREACHABLE", "six"), log.stream().sorted().toList());
    }

    @Rule("DGRAM-013")
    @NeedsSystem("a network of the system")
    void anInterfaceNeedsToBeThere() throws Exception {
        elsewhere()
                .network("ip link add gone0 type bridge", "ip addr add 10.77.81.1/24 dev gone0", "ip link set gone0 up")
                .run("byAnInterfaceThatIsGone*");
    }

    /** What it had is looked for anew: a group that was joined there is left by its number. */
    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void byAnInterfaceThatIsGoneNobodyIsReached() throws Exception {
        NetworkInterface gone = named("gone0");
        InetAddress group = InetAddress.getByName(GROUP);
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(gone);
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0)).join(group, gone);
            system("ip", "addr", "add", "10.77.82.1/24", "dev", "gone0");
            member.leave(group, named("gone0")).join(group, gone);
            system("ip", "link", "del", "gone0");
            refused(Operation.BIND, "no interface gone0", () -> loop.datagram("0.0.0.0", 0, options));
            refused(Operation.BIND, "no interface gone0", () -> loop.datagram("::", 0, options));
            refused(Operation.JOIN, "no interface gone0", () -> member.join(InetAddress.getByName("239.255.77.81"), gone));
            member.leave(group, gone).close();
        });
        assertEquals(List.of("close"), log);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("a network of the system")
    void anInterfaceMayBeDown() throws Exception {
        elsewhere()
                .network("ip link add down0 type bridge", "ip addr add 10.77.83.1/24 dev down0")
                .run("byAnInterfaceThatIsDown*");
    }

    @Rule({"DGRAM-013", "DGRAM-008"})
    @NeedsSystem("multicast")
    void byAnInterfaceThatIsDownGroupsAreReachedWhenItIsUp() throws Exception {
        NetworkInterface down = named("down0");
        InetAddress group = InetAddress.getByName(GROUP);
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0)).join(group, down);
            InetSocketAddress to = new InetSocketAddress(group, member.localAddress().getPort());
            DatagramSocket sender = logged(loop.datagram("0.0.0.0", 0, DatagramOptions.defaults().withMulticastInterface(down)));
            sender.send(bytes("early"), to);
            when(loop, () -> log.size() == 1, l -> {
                system("ip", "link", "set", "down0", "up");
                sender.send(bytes("late"), to);
                closeAfter(member, 2);
                when(loop, () -> log.size() >= 2, heard -> sender.close());
            });
        });
        assertEquals(List.of("send UNREACHABLE", "late", "close", "close"), log);
    }

    private static void refused(Operation operation, String words, Executable call) {
        NetworkException refusal = assertThrows(NetworkException.class, call);
        assertEquals(operation + " " + ErrorKind.ADDRESS_NOT_AVAILABLE, refusal.operation() + " " + refusal.kind());
        assertTrue(refusal.getMessage().contains(words), refusal::getMessage);
    }

    private static void system(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static NetworkInterface named(String name) throws IOException {
        NetworkInterface one = NetworkInterface.getByName(name);
        if (one == null) {
            throw new TestAbortedException("it needs a network of its own");
        }
        return one;
    }
}
