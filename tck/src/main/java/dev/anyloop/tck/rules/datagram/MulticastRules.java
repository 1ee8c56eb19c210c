package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** Chapter DGRAM of the specification: groups, on the loopback interface, which Linux lets one join on. */
public abstract class MulticastRules extends DatagramChapter {

    private static final String GROUP = "239.255.77.77";
    private static final String OTHER_GROUP = "239.255.77.78";
    private static final String GROUP6 = "ff15::77:77";

    private static InetAddress of(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NetworkInterface loopback() {
        try {
            return NetworkInterface.getByInetAddress(of(LOCALHOST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatagramSocket sender(EventLoop loop, DatagramOptions options) {
        return loop.datagram(LOCALHOST, 0, options.withMulticastInterface(loopback()));
    }

    @Rule({"DGRAM-013", "CONN-021"})
    @NeedsSystem("multicast")
    void aGroupIsHeardWhileItIsJoined() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0));
            InetSocketAddress group = new InetSocketAddress(of(GROUP), member.localAddress().getPort());
            DatagramSocket sender = sender(loop, DatagramOptions.defaults());
            sender.send(bytes("before"), group);
            member.join(mapped(GROUP), loopback());
            member.join(of(GROUP), loopback());
            sender.send(bytes("joined"), group);
            when(loop, () -> log.size() == 1, l -> {
                member.leave(mapped(GROUP), loopback());
                member.leave(of(GROUP), loopback());
                sender.send(bytes("left"), group);
                sender.send(bytes("to itself"), address(LOCALHOST, group.getPort()));
                closeAfter(member, 2);
                sender.close();
            });
        });
        assertEquals(List.of("joined", "to itself", "close"), log);
    }

    /** Nothing is sent to it: the loopback interface has no route to groups of IPv6. */
    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void aGroupOfIpv6IsJoinedAndLeft() {
        assumeLinux();
        assumeIpv6();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("::", 0));
            member.join(of(GROUP6), loopback()).leave(of(GROUP6), loopback());
            member.join(of(GROUP6), loopback(), of("::1")).leave(of(GROUP6), loopback(), of("::1"));
            member.join(of(GROUP6), loopback()).close();
        });
        assertEquals(List.of("close"), log);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void aGroupMayBeJoinedForOneSource() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0));
            InetSocketAddress group = new InetSocketAddress(of(GROUP), member.localAddress().getPort());
            DatagramSocket wanted = sender(loop, DatagramOptions.defaults());
            DatagramSocket unwanted = loop.datagram("127.0.0.2", 0, DatagramOptions.defaults().withMulticastInterface(loopback()));
            member.join(of(GROUP), loopback(), of(LOCALHOST));
            assertThrows(IllegalStateException.class, () -> member.join(of(GROUP), loopback()));
            unwanted.send(bytes("unwanted"), group);
            wanted.send(bytes("wanted"), group);
            when(loop, () -> log.size() == 1, l -> {
                member.leave(of(GROUP), loopback(), of(LOCALHOST));
                wanted.send(bytes("left"), group);
                wanted.send(bytes("to itself"), address(LOCALHOST, group.getPort()));
                closeAfter(member, 2);
                wanted.close();
                unwanted.close();
            });
        });
        assertEquals(List.of("wanted", "to itself", "close"), log);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void thisMachineHearsItselfIfItWantsTo() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0)).join(of(GROUP), loopback());
            InetSocketAddress group = new InetSocketAddress(of(GROUP), member.localAddress().getPort());
            DatagramSocket loud = sender(loop, DatagramOptions.defaults().withMulticastTtl(0));
            loud.send(bytes("loud"), group);
            closeAfter(member, 1);
            loud.close();
        });
        assertEquals(List.of("loud", "close"), log);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void whoLeavesOneGroupIsStillInTheOthers() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0));
            int port = member.localAddress().getPort();
            member.join(of(GROUP), loopback()).join(of(OTHER_GROUP), loopback()).leave(of(GROUP), loopback());
            DatagramSocket sender = sender(loop, DatagramOptions.defaults());
            sender.send(bytes("left"), address(GROUP, port));
            sender.send(bytes("joined"), address(OTHER_GROUP, port));
            closeAfter(member, 1);
            sender.close();
        });
        assertEquals(List.of("joined", "close"), log);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void whoLeavesOneSourceStillHearsTheOthers() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0));
            int port = member.localAddress().getPort();
            DatagramSocket left = sender(loop, DatagramOptions.defaults());
            DatagramSocket other = loop.datagram("127.0.0.2", 0, DatagramOptions.defaults().withMulticastInterface(loopback()));
            member.join(of(GROUP), loopback(), of(LOCALHOST)).join(of(GROUP), loopback(), of("127.0.0.2"));
            member.leave(of(GROUP), loopback(), of(LOCALHOST));
            left.send(bytes("left"), address(GROUP, port));
            other.send(bytes("joined"), address(GROUP, port));
            closeAfter(member, 1);
            left.close();
            other.close();
        });
        assertEquals(List.of("joined", "close"), log);
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void whatOthersHaveJoinedIsNotHeard() {
        assumeLinux();
        for (String any : wildcards()) {
            log.clear();
            withLoop(loop -> {
                DatagramSocket member = loop.datagram("0.0.0.0", 0).join(of(GROUP), loopback());
                DatagramSocket stranger = logged(loop.datagram(any, 0));
                int port = stranger.localAddress().getPort();
                DatagramSocket sender = sender(loop, DatagramOptions.defaults());
                sender.send(bytes("for members"), address(GROUP, port));
                sender.send(bytes("to itself"), address(LOCALHOST, port));
                closeAfter(stranger, 1);
                member.close();
                sender.close();
            });
            assertEquals(List.of("to itself", "close"), log, any);
        }
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void whoIsOfBothFamiliesSendsToIpv4GroupsByTheInterfaceOfTheOptions() {
        assumeLinux();
        assumeIpv6();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0)).join(of(GROUP), loopback());
            DatagramSocket sender = loop.datagram("::", 0, DatagramOptions.defaults().withMulticastInterface(loopback()));
            sender.send(bytes("joined"), address(GROUP, member.localAddress().getPort()));
            closeAfter(member, 1);
            sender.close();
        });
        assertEquals(List.of("joined", "close"), log);
    }

    /** Answers go there: an address of another interface may be none that the members can reach. */
    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void theSenderHasAnAddressOfTheInterfaceByWhichItSends() {
        assumeLinux();
        assumeIpv6();
        List<InetAddress> senders = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket member = loop.datagram("0.0.0.0", 0).join(of(GROUP), loopback());
            InetSocketAddress group = address(GROUP, member.localAddress().getPort());
            DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(loopback());
            List<DatagramSocket> sockets = List.of(loop.datagram("0.0.0.0", 0, options), loop.datagram("::", 0, options));
            sockets.forEach(socket -> socket.send(bytes("x"), group));
            member.onReceive((s, sender, data) -> {
                senders.add(sender.getAddress());
                if (senders.size() == sockets.size()) {
                    member.close();
                    sockets.forEach(DatagramSocket::close);
                }
            });
        });
        assertFalse(senders.isEmpty());
        assertTrue(loopback().inetAddresses().toList().containsAll(senders), "sent by the loopback interface, but by " + senders);
    }

    /** By another interface than the loopback, which brings back whatever is sent, and than the first, which Linux prefers for IPv6. */
    @Rule("DGRAM-013")
    @NeedsSystem("a network of the system")
    void inANetworkThisMachineHearsItselfOnlyIfItWantsTo() throws Exception {
        elsewhere()
                .network("ip link add aside0 type bridge", "ip -6 addr add fd76::76/64 dev aside0 nodad", "ip link set aside0 up",
                        "ip link add wide0 type bridge", "ip addr add 10.77.77.77/24 dev wide0",
                        "ip -6 addr add fd77::77/64 dev wide0 nodad", "ip link set wide0 up")
                .run("onAnInterfaceThatIsNotTheLoopback*");
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onAnInterfaceThatIsNotTheLoopbackOnlyWhoWantsToIsHeardHere() throws IOException {
        NetworkInterface wide = wide();
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(wide);
        for (String any : wildcards()) {
            log.clear();
            withLoop(loop -> {
                DatagramSocket member = logged(loop.datagram("0.0.0.0", 0)).join(of(GROUP), wide);
                InetSocketAddress group = address(GROUP, member.localAddress().getPort());
                DatagramSocket quiet = loop.datagram(any, 0, options.withMulticastLoopback(false));
                DatagramSocket loud = loop.datagram(any, 0, options);
                quiet.send(bytes("quiet"), group);
                loud.send(bytes("loud"), group);
                closeAfter(member, 1);
                quiet.close();
                loud.close();
            });
            assertEquals(List.of("loud", "close"), log, "sent by " + any);
        }
    }

    @Rule({"DGRAM-013", "ERR-005", "ERR-001"})
    void whatIsNoGroupIsRefusedAtTheCall() {
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            NetworkInterface on = loopback();
            refuses("127.0.0.1", () -> socket.join(of(LOCALHOST), on));
            refuses("ff15", () -> socket.join(of(GROUP6), on));
            refuses("239.255.77.77", () -> socket.join(of(GROUP), on, of(GROUP)));
            refuses(" ::1,", () -> socket.join(of(GROUP), on, of("::1")));
            assertThrows(NullPointerException.class, () -> socket.join(null, on));
            assertThrows(NullPointerException.class, () -> socket.join(of(GROUP), null));
            socket.close();
            socket.join(of(GROUP), on).leave(of(GROUP), on);
        });
        assertEquals(List.of("close"), log);
    }

    private static void refuses(String words, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(words), message);
    }

    /** Linux lets a socket join 20 groups, unless it is told otherwise. */
    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void whatTheSystemRefusesIsThrown() {
        assumeLinux();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop);
            InetAddress[] last = new InetAddress[1];
            NetworkException refused = assertThrows(NetworkException.class, () -> {
                for (int i = 1; i < 5_000; i++) {
                    last[0] = of("239.255." + i / 250 + "." + (1 + i % 250));
                    socket.join(last[0], loopback());
                }
            });
            assertEquals(Operation.JOIN, refused.operation());
            assertEquals(last[0].getHostAddress(), refused.host());
            assertThrows(NetworkException.class, () -> socket.join(last[0], loopback()), "the second time");
            socket.leave(of("239.255.0.2"), loopback()).join(last[0], loopback()).leave(last[0], loopback());
            socket.close();
        });
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onAnInterfaceThatIsNotTheLoopbackAGroupIsLeftThereAlone() throws IOException {
        NetworkInterface wide = wide();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0)).join(of(GROUP), wide).join(of(GROUP), loopback());
            InetSocketAddress group = address(GROUP, member.localAddress().getPort());
            DatagramSocket near = sender(loop, DatagramOptions.defaults());
            DatagramSocket far = loop.datagram("0.0.0.0", 0, DatagramOptions.defaults().withMulticastInterface(wide));
            member.leave(of(GROUP), wide);
            far.send(bytes("left"), group);
            near.send(bytes("joined"), group);
            closeAfter(member, 1);
            near.close();
            far.close();
        });
        assertEquals(List.of("joined", "close"), log);
    }

    /** For some sources or for everybody: that is chosen of each interface by itself. */
    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onAnInterfaceThatIsNotTheLoopbackAGroupIsJoinedForOthersThanThere() throws IOException {
        NetworkInterface wide = wide();
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("0.0.0.0", 0))
                    .join(of(GROUP), loopback(), of(LOCALHOST)).join(of(GROUP), wide);
            InetSocketAddress group = address(GROUP, member.localAddress().getPort());
            DatagramSocket unwanted = loop.datagram("127.0.0.2", 0, DatagramOptions.defaults().withMulticastInterface(loopback()));
            DatagramSocket near = sender(loop, DatagramOptions.defaults());
            DatagramSocket far = loop.datagram("0.0.0.0", 0, DatagramOptions.defaults().withMulticastInterface(wide));
            unwanted.send(bytes("unwanted"), group);
            near.send(bytes("near"), group);
            when(loop, () -> log.size() == 1, l -> {
                far.send(bytes("far"), group);
                closeAfter(member, 2);
                unwanted.close();
                near.close();
                when(loop, () -> log.size() >= 2, then -> far.close());
            });
        });
        assertEquals(List.of("near", "far", "close"), log);
    }

    /** Some engines send those of a connected socket in another way. */
    @Rule({"DGRAM-013", "DGRAM-004"})
    @NeedsSystem("multicast")
    void onAnInterfaceThatIsNotTheLoopbackOneWithoutBytesIsHeardHereLikeOthers() throws IOException {
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(wide());
        for (String any : wildcards()) {
            String host = any.equals("::") ? GROUP6 : GROUP;
            log.clear();
            withLoop(loop -> {
                DatagramSocket member = logged(loop.datagram(any, 0)).join(of(host), wide());
                InetSocketAddress group = address(host, member.localAddress().getPort());
                DatagramSocket quiet = loop.datagram(any, 0, options.withMulticastLoopback(false)).connect(group);
                DatagramSocket loud = loop.datagram(any, 0, options).connect(group);
                quiet.send(bytes(""));
                loud.send(bytes("loud"));
                when(loop, () -> log.size() == 1, heard -> {
                    loud.send(bytes(""));
                    closeAfter(member, 2);
                    quiet.close();
                    when(loop, () -> log.size() >= 2, l -> loud.close());
                });
            });
            assertEquals(List.of("loud", "", "close"), log, any);
        }
    }

    @Rule("DGRAM-013")
    @NeedsSystem("multicast")
    void onAnInterfaceThatIsNotTheLoopbackItIsTheSameOverIpv6() throws IOException {
        assumeIpv6();
        DatagramOptions options = DatagramOptions.defaults().withMulticastInterface(wide());
        withLoop(loop -> {
            DatagramSocket member = logged(loop.datagram("::", 0)).join(of(GROUP6), wide());
            InetSocketAddress group = address(GROUP6, member.localAddress().getPort());
            DatagramSocket quiet = loop.datagram("::", 0, options.withMulticastLoopback(false));
            DatagramSocket loud = loop.datagram("::", 0, options);
            quiet.send(bytes("quiet"), group);
            loud.send(bytes("loud"), group);
            closeAfter(member, 1);
            quiet.close();
            loud.close();
        });
        assertEquals(List.of("loud", "close"), log);
    }

    private static NetworkInterface wide() throws IOException {
        NetworkInterface wide = NetworkInterface.getByName("wide0");
        if (wide == null) {
            throw new TestAbortedException("it needs an interface of its own");
        }
        return wide;
    }
}
