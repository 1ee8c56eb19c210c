package dev.anyloop.tck.rules.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Chapter DGRAM of the specification: more datagrams than can be received, or sent, and where each of them went. */
public abstract class FloodRules extends DatagramChapter {

    private static final int COUNT = 20_000;
    private static final int LAST = -1;
    private static final int MOST_IN_A_TURN = 64;

    /** What the kernel has dropped because the buffer of a socket was full, as it says itself. */
    private static long droppedByTheSystem(InetSocketAddress local) {
        String address = String.format(":%04X ", local.getPort());
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/udp"))) {
            String line = lines.filter(each -> each.contains(address)).findFirst().orElseThrow().strip();
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(64).putInt(number).array();
    }

    /** Numbered, in bursts, until the other side has heard of the end, which may be lost too. */
    private static int flood(DatagramPeer peer, InetSocketAddress to, AtomicBoolean heard) {
        for (int i = 0; i < COUNT; i++) {
            peer.send(number(i), to);
        }
        int ends = 0;
        while (!heard.get()) {
            peer.send(number(LAST), to);
            ends++;
        }
        return ends;
    }

    @Rule({"DGRAM-002", "DGRAM-010"})
    @NeedsSystem("what is lost in a full buffer")
    void ofAFloodEachDatagramIsHeardOnceOrWasDroppedByTheSystem() {
        assumeLinux();
        AtomicBoolean over = new AtomicBoolean();
        int[] sent = new int[1];
        int[] received = new int[1];
        int[] newest = {-1};
        int[] ticks = new int[1];
        DatagramPeer peer = datagramPeer();
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0);
            loop.interval(Duration.ofMillis(1), timer -> ticks[0]++).unref();
            socket.onReceive((s, sender, data) -> {
                received[0]++;
                int number = data.getInt();
                if (number == LAST) {
                    over.set(true);
                } else {
                    assertTrue(number > newest[0], number + " after " + newest[0]);
                    newest[0] = number;
                }
            });
            helper(() -> {
                int ends = flood(peer, socket.localAddress(), over);
                sent[0] = COUNT + ends;
                loop.execute(() -> closeWhenAllIsCounted(socket, sent, received));
            });
        });
        assertTrue(ticks[0] > 0, "timers starve");
        assertTrue(received[0] > 0);
    }

    private void closeWhenAllIsCounted(DatagramSocket socket, int[] sent, int[] received) {
        when(socket.loop(), () -> received[0] + droppedByTheSystem(socket.localAddress()) >= sent[0], loop -> {
            assertEquals(sent[0], received[0] + droppedByTheSystem(socket.localAddress()));
            socket.close();
        });
    }

    /** What send() has taken is heard, or the receiver's system has dropped it; nothing else is lost. */
    @Rule({"DGRAM-003", "DGRAM-010"})
    @NeedsSystem("what is lost in a full buffer")
    void ofWhatIsSentInAFloodEachDatagramIsCounted() {
        assumeLinux();
        int[] taken = new int[1];
        int[] received = new int[1];
        withLoop(loop -> {
            DatagramSocket receiver = loop.datagram(LOCALHOST, 0).onReceive((s, sender, data) -> received[0]++);
            DatagramSocket sender = loop.datagram(LOCALHOST, 0);
            int[] sent = new int[1];
            loop.interval(Duration.ofMillis(1), timer -> {
                for (int i = 0; i < 1_000; i++) {
                    taken[0] += sender.send(number(sent[0]++), receiver.localAddress()) ? 1 : 0;
                }
                if (sent[0] >= COUNT) {
                    timer.cancel();
                    when(loop, () -> sender.pendingSends() == 0
                            && received[0] + droppedByTheSystem(receiver.localAddress()) == taken[0], l -> {
                                assertEquals(sent[0], taken[0] + sender.dropped());
                                receiver.close();
                                sender.close();
                            });
                }
            });
        });
        assertTrue(received[0] > 0);
    }

    // ---- DGRAM-010 ----

    @Rule("DGRAM-010")
    void aTurnBringsNoMoreThanItsShare() {
        DatagramPeer peer = datagramPeer();
        TreeMap<Long, Integer> turns = new TreeMap<>();
        withLoop(loop -> {
            DatagramSocket socket = bind(loop).onReceive((s, sender, data) -> {
                turns.merge(loop.stats().turns(), 1, Integer::sum);
                if (text(data).equals("last")) {
                    s.close();
                }
            });
            for (int i = 0; i < 3 * MOST_IN_A_TURN; i++) {
                peer.send("x", socket.localAddress());
            }
            peer.send("last", socket.localAddress());
        });
        turns.values().forEach(count -> assertTrue(count <= MOST_IN_A_TURN, turns.toString()));
        assertEquals(3 * MOST_IN_A_TURN + 1, turns.values().stream().mapToInt(Integer::intValue).sum());
    }

    @Rule("DGRAM-010")
    void whoAlwaysHasMoreStarvesNobody() {
        DatagramPeer peer = datagramPeer();
        Set<String> served = new TreeSet<>();
        withLoop(loop -> {
            DatagramSocket flooded = loop.datagram(LOCALHOST, 0);
            flooded.onReceive((s, sender, data) -> {
                for (int i = 0; i < 2; i++) {
                    s.send(bytes("more"), flooded.localAddress());
                }
            });
            DatagramSocket other = loop.datagram(LOCALHOST, 0).onReceive((s, sender, data) -> served.add("datagram"));
            flooded.send(bytes("first"), flooded.localAddress());
            when(loop, () -> loop.stats().bytesIn() > 4_000, flooding -> {
                long before = loop.stats().bytesIn();
                peer.send("x", other.localAddress());
                loop.execute(() -> served.add("task"));
                loop.timer(Duration.ofMillis(1), later -> served.add("timer"));
                when(loop, () -> served.size() == 3, l -> {
                    assertNotEquals(before, loop.stats().bytesIn(), "there is no flood");
                    flooded.close();
                    other.close();
                });
            });
        });
        assertEquals(Set.of("datagram", "task", "timer"), served);
    }

    /** They are more than an engine reports at once, and have more in each turn. */
    @Rule({"DGRAM-010", "TIMEOUT-007"})
    @NeedsSystem("a limit to what is reported at once")
    void aFloodOfManyKeepsNoTimeoutFromFiring() {
        int many = 1_100;
        Descriptors.assume(many + 200);
        int silent = peerServer(Peer::hold);
        RecordedSocket[] waiting = new RecordedSocket[1];
        withLoop(loop -> {
            for (int i = 0; i < many; i++) {
                DatagramSocket flooded = loop.datagram(LOCALHOST, 0);
                flooded.onReceive((s, sender, data) -> loop.execute(() -> s.send(bytes("more"), sender)))
                        .send(bytes("first"), flooded.localAddress());
            }
            waiting[0] = connect(loop, silent).onConnect(s -> s.readTimeout(limits().mustNotHappen())).onClose((s, error) -> loop.close());
        });
        assertEquals("connect error close", waiting[0].trace());
        assertEquals(ErrorKind.READ_TIMEOUT, waiting[0].expectedError().kind());
    }

    /** The flood is another's: what a socket sends itself would wait behind the first that waits. */
    @Rule({"DGRAM-003", "DGRAM-004", "DGRAM-010"})
    void whatWaitsLeavesWhileDatagramsKeepComing() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket flooding = loop.datagram(LOCALHOST, 0);
            DatagramSocket flooded = loop.datagram(LOCALHOST, 0);
            flooded.onReceive((s, sender, data) -> {
                for (int i = 0; i < 2; i++) {
                    flooding.send(bytes("more"), flooded.localAddress());
                }
            });
            flooding.send(bytes("first"), flooded.localAddress());
            when(loop, () -> loop.stats().bytesIn() > 4_000, l -> {
                flooded.send(bytes(""), peer.address());
                flooded.send(bytes("after it"), peer.address());
                helper(() -> {
                    heard.add(peer.receive().text());
                    heard.add(peer.receive().text());
                    loop.execute(() -> {
                        assertEquals(0, flooded.pendingSends() + flooded.dropped());
                        flooded.close();
                        flooding.close();
                    });
                });
            });
        });
        assertEquals(List.of("", "after it"), heard);
    }

    @Rule("DGRAM-010")
    void otherHandlesAreServedBetweenTheSharesOfAFlood() {
        DatagramPeer peer = datagramPeer();
        List<String> order = new ArrayList<>();
        withLoop(loop -> {
            DatagramSocket flooded = loop.datagram(LOCALHOST, 0).onReceive((s, sender, data) -> order.add("flood"));
            DatagramSocket other = loop.datagram(LOCALHOST, 0).onReceive((s, sender, data) -> order.add("other"));
            for (int i = 0; i < 3 * MOST_IN_A_TURN; i++) {
                peer.send("x", flooded.localAddress());
            }
            peer.send("x", other.localAddress());
            closeWhen(loop, order, 3 * MOST_IN_A_TURN + 1, flooded, other);
        });
        assertTrue(order.indexOf("other") <= MOST_IN_A_TURN, "served after " + order.indexOf("other"));
    }

    private void closeWhen(EventLoop loop, List<String> order, int size, DatagramSocket... sockets) {
        when(loop, () -> order.size() == size, l -> List.of(sockets).forEach(DatagramSocket::close));
    }
}
