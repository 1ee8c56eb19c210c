package dev.anyloop.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datagrams between simulated hosts: what a network may do to them. */
class DatagramsTest {

    private static final int PORT = 7;
    private static final int COUNT = 200;

    private final List<String> heard = new ArrayList<>();

    /** One host sends numbered datagrams, one each millisecond or all at once; the other notes what comes. */
    private List<String> play(long seed, Duration pause, Consumer<Simulation> faults) {
        heard.clear();
        try (Simulation sim = Simulation.withSeed(seed)) {
            Host receiver = sim.host("receiver").start(loop -> listen(loop));
            Host sender = sim.host("sender");
            sim.advance(Duration.ofSeconds(1));
            faults.accept(sim);
            sender.start(loop -> send(loop, new InetSocketAddress(receiver.address(), PORT), pause));
            sim.advance(Duration.ofSeconds(10));
        }
        return List.copyOf(heard);
    }

    private DatagramSocket listen(EventLoop loop) {
        return loop.datagram(null, PORT).onReceive((s, from, data) -> heard.add(UTF_8.decode(data).toString()))
                .onError((s, error) -> heard.add(error.kind().toString()));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static void send(EventLoop loop, InetSocketAddress to, Duration pause) {
        DatagramSocket socket = loop.datagram(null, 0);
        int[] sent = new int[1];
        if (pause.isZero()) {
            while (sent[0] < COUNT) {
                socket.send(bytes(String.valueOf(sent[0]++)), to);
            }
        } else {
            loop.interval(pause, timer -> {
                socket.send(bytes(String.valueOf(sent[0]++)), to);
                if (sent[0] == COUNT) {
                    timer.cancel();
                }
            });
        }
    }

    private static List<String> all() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            all.add(String.valueOf(i));
        }
        return all;
    }

    @Test
    void theyOvertakeEachOtherWhereOneTravelsLonger() {
        List<String> together = play(1, Duration.ZERO, sim -> { });
        assertNotEquals(all(), together);
        assertEquals(new HashSet<>(all()), new HashSet<>(together), "none is lost, none doubled");
        assertEquals(COUNT, together.size());
        assertEquals(together, play(1, Duration.ZERO, sim -> { }), "the seed decides");
        assertNotEquals(together, play(2, Duration.ZERO, sim -> { }));
        assertEquals(all(), play(1, Duration.ofMillis(1), sim -> { }));
    }

    @Test
    void aLossIsAGap() {
        List<String> left = play(1, Duration.ofMillis(1), sim -> sim.link("sender", "receiver").loss(0.2));
        assertTrue(left.size() > COUNT / 2 && left.size() < COUNT, left.size() + " arrived");
        assertEquals(List.of(), play(1, Duration.ofMillis(1), sim -> sim.link("sender", "receiver").partition()));
    }

    @Test
    void whatIsHeldComesLater() {
        heard.clear();
        try (Simulation sim = Simulation.withSeed(1)) {
            Host receiver = sim.host("receiver").start(loop -> listen(loop));
            Host sender = sim.host("sender");
            sim.advance(Duration.ofSeconds(1));
            Rule hold = sim.link("sender", "receiver").hold();
            sender.start(loop -> send(loop, new InetSocketAddress(receiver.address(), PORT), Duration.ofMillis(1)));
            sim.advance(Duration.ofSeconds(2));
            assertEquals(List.of(), heard);
            hold.close();
            sim.advance(Duration.ofSeconds(2));
            assertEquals(all(), heard);
        }
    }

    @Test
    void whatFindsNoRoomIsLost() {
        try (Simulation sim = Simulation.withSeed(1)) {
            Host receiver = sim.host("receiver").start(loop -> loop.datagram(null, PORT,
                    DatagramOptions.defaults().withBufferSizes(10_000, 0)).pause());
            Host sender = sim.host("sender");
            sender.start(loop -> send(loop, new InetSocketAddress(receiver.address(), PORT), Duration.ZERO));
            sim.advance(Duration.ofSeconds(1));
            assertTrue(sim.describe().contains(" 12 datagrams"), sim.describe());
        }
    }

    @Test
    void whoeverIsNotThereIsToldToAConnectedSocket() {
        heard.clear();
        try (Simulation sim = Simulation.withSeed(1)) {
            Host empty = sim.host("empty");
            sim.host("sender").start(loop -> listen(loop).connect(new InetSocketAddress(empty.address(), 9)).send(bytes("hello")));
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of("CONNECT_REFUSED"), heard);
            heard.clear();
            empty.crash();
            sim.host("other").start(loop -> listen(loop).connect(new InetSocketAddress(empty.address(), 9)).send(bytes("hello")));
            sim.advance(Duration.ofSeconds(60));
            assertEquals(List.of(), heard, "silence");
        }
    }

    @Test
    void thatNobodyIsThereHasAWayToGoToo() {
        heard.clear();
        try (Simulation sim = Simulation.withSeed(1)) {
            Host empty = sim.host("empty");
            sim.host("sender");
            Rule deaf = sim.link("empty", "sender").oneWay().partition();
            sim.host("sender").start(loop -> listen(loop).connect(new InetSocketAddress(empty.address(), 9)).send(bytes("hello")));
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of(), heard);
            deaf.close();
            Rule hold = sim.link("empty", "sender").oneWay().hold();
            sim.host("sender").start(loop -> loop.datagram(null, 0).onError((s, error) -> heard.add(error.kind().toString()))
                    .connect(new InetSocketAddress(empty.address(), 9)).send(bytes("hello")));
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of(), heard);
            hold.close();
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of("CONNECT_REFUSED"), heard);
        }
    }

    @Test
    void aGroupIsHeardByThoseWhoHaveJoined() throws Exception {
        heard.clear();
        InetAddress group = InetAddress.getByName("239.1.2.3");
        NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        try (Simulation sim = Simulation.withSeed(1)) {
            sim.host("member").start(loop -> listen(loop).join(group, any));
            sim.host("another").start(loop -> listen(loop).join(group, any));
            sim.host("stranger").start(loop -> listen(loop));
            sim.host("sender").start(loop -> loop.datagram(null, 0).send(bytes("hello"), new InetSocketAddress(group, PORT)));
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of("hello", "hello"), heard);
        }
    }

    /** On a host with a member beside the sender, and on another with one. */
    private List<String> groupHeard(DatagramOptions options) throws Exception {
        heard.clear();
        InetAddress group = InetAddress.getByName("239.1.2.3");
        try (Simulation sim = Simulation.withSeed(1)) {
            sim.host("near").start(loop -> member(loop, "near", null, group));
            sim.host("far").start(loop -> member(loop, "far", null, group));
            sim.host("near").start(loop -> loop.datagram(null, 0, options).send(bytes("x"), new InetSocketAddress(group, PORT)));
            sim.advance(Duration.ofSeconds(1));
        }
        return heard.stream().sorted().toList();
    }

    private DatagramSocket member(EventLoop loop, String name, @Nullable String host, InetAddress group) throws Exception {
        NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        return loop.datagram(host, PORT, DatagramOptions.defaults().withReuseAddress(true)).join(group, any)
                .onReceive((s, from, data) -> heard.add(name + " " + UTF_8.decode(data)));
    }

    @Test
    void whoSendsToAGroupSaysWhetherThisHostAndOthersHearIt() throws Exception {
        DatagramOptions options = DatagramOptions.defaults();
        assertEquals(List.of("far x", "near x"), groupHeard(options));
        assertEquals(List.of("far x"), groupHeard(options.withMulticastLoopback(false)));
        assertEquals(List.of("near x"), groupHeard(options.withMulticastTtl(0)));
        assertEquals(List.of(), groupHeard(options.withMulticastTtl(0).withMulticastLoopback(false)));
    }

    /** As on Linux: bound to a group it hears that group alone, and bound to an address of the host it hears none. */
    @Test
    void whereASocketIsBoundSaysWhichGroupsItHears() throws Exception {
        heard.clear();
        InetAddress group = InetAddress.getByName("239.1.2.3");
        InetAddress another = InetAddress.getByName("239.1.2.4");
        try (Simulation sim = Simulation.withSeed(1)) {
            Host host = sim.host("host");
            host.start(loop -> {
                DatagramSocket bound = member(loop, "group", "239.1.2.3", group);
                bound.join(another, NetworkInterface.networkInterfaces().findFirst().orElseThrow());
                bound.send(bytes("from it"), new InetSocketAddress(group, PORT));
                member(loop, "address", host.address().getHostAddress(), group);
                DatagramSocket sender = loop.datagram(null, 0);
                sender.send(bytes("to the group"), new InetSocketAddress(group, PORT));
                sender.send(bytes("to another"), new InetSocketAddress(another, PORT));
                sender.send(bytes("to the host"), new InetSocketAddress(host.address(), PORT));
            });
            sim.advance(Duration.ofSeconds(1));
        }
        assertEquals(List.of("address to the host", "group from it", "group to the group"), heard.stream().sorted().toList());
    }
}
