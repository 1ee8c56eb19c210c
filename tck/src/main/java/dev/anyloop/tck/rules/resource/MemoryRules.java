package dev.anyloop.tck.rules.resource;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import dev.anyloop.tck.run.Descriptors;
import dev.anyloop.tck.run.Memory;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Chapter RES of the specification: direct memory, as the JVM counts it. What is written to a socket in the callback that
 * connects it is pending until that is over, whatever the engine.
 */
public abstract class MemoryRules extends Chapter {

    private static final int KIBIBYTE = 1024;
    private static final int MEBIBYTE = 1024 * KIBIBYTE;

    /** What the rest of the process, the JDK's own channels included, may come to have meanwhile. */
    private static final int SOMETHING_ELSE = 256 * KIBIBYTE;

    private static final SocketOptions UNREAD = SocketOptions.defaults().withBufferSizes(16 * KIBIBYTE, 0);

    private static long mostFor(long pending, int sockets) {
        return 2 * pending + (long) sockets * KIBIBYTE;
    }

    private List<Socket> connecting(EventLoop loop, int count) {
        int port = port(listen(loop, accepted -> {}));
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(loop.connect(LOCALHOST, port));
        }
        return sockets;
    }

    @Rule("RES-007")
    void fewBytesPendingOnManySocketsTakeLittleMemory() {
        int count = 1_000;
        Descriptors.assume(count + 200);
        withLoop(loop -> {
            List<Socket> sockets = connecting(loop, count);
            long before = Memory.directBytes();
            sockets.forEach(socket -> socket.write("hello"));
            long grown = Memory.directBytesNow() - before;
            loop.close();
            assertTrue(grown <= mostFor(5 * count, count), grown + " bytes for 5 on each of " + count);
        });
    }

    @Rule("RES-007")
    void theMemoryGrowsWithWhatIsPendingHoweverItIsWritten() {
        int count = 40;
        withLoop(loop -> {
            long before = Memory.directBytes();
            long most = SOMETHING_ELSE;
            for (int size : new int[] {600, 5_000, 17_000, 70_000, 140_000}) {
                for (int piece : new int[] {size, 999, 7_000}) {
                    connecting(loop, count).forEach(socket -> write(socket, size, piece));
                    most += mostFor((long) size * count, count);
                    long grown = Memory.directBytesNow() - before;
                    assertTrue(grown <= most, grown + " bytes, not at most " + most + ", with " + size + ", written by "
                            + piece + ", on each of " + count + " more");
                }
            }
            loop.close();
        });
    }

    private static void write(Socket socket, int size, int piece) {
        for (int left = size; left > 0; left -= piece) {
            socket.write(new byte[Math.min(left, piece)]);
        }
    }

    /** As is left of a write that the system has taken but for a little; an engine that is told later what was taken may need all of it. */
    @Rule({"RES-007", "WRITE-008"})
    void littleThatIsLeftOfMuchTakesLittleMemory() {
        int count = 60;
        int much = 60 * KIBIBYTE;
        SocketOptions little = SocketOptions.defaults().withBufferSizes(0, 20 * KIBIBYTE).withWaterMarks(1, 0);
        withLoop(loop -> {
            List<Socket> sockets = openWithUnreadPeers(loop, count, little);
            when(loop, () -> loop.stats().openSockets() == 2 * count, l -> {
                int taken = much - pendingOf(sockets.get(0), much);
                long before = Memory.directBytes();
                long pending = 0;
                for (Socket socket : sockets.subList(1, count)) {
                    pending += pendingOf(socket, taken == 0 ? 1 : taken + 100);
                }
                long grown = Memory.directBytesNow() - before;
                long most = mostFor(pending, count) + MEBIBYTE + SOMETHING_ELSE;
                loop.close();
                assertTrue(grown <= most, grown + " bytes, not at most " + most + ", for the rest of " + taken + " on each of " + count);
            });
        });
    }

    /** After a write that is handed to the system in the call. */
    private static int pendingOf(Socket socket, int bytes) {
        socket.write(new byte[bytes]);
        return (int) socket.pendingBytes();
    }

    @Rule("RES-007")
    void whatABurstNeededIsGivenUp() {
        int count = 40;
        withLoop(loop -> {
            List<Socket> sockets = openWithUnreadPeers(loop, count, SMALL);
            when(loop, () -> loop.stats().openSockets() == 2 * count, l -> {
                long before = Memory.directBytes();
                sockets.forEach(socket -> socket.write(new byte[MEBIBYTE]));
                loop.execute(() -> {
                    long pending = sockets.stream().mapToLong(Socket::pendingBytes).sum();
                    assertTrue(pending > 10 * MEBIBYTE, pending + " bytes pending, which is no burst");
                    sockets.forEach(Socket::abort);
                    collectUntil(loop, () -> Memory.directBytesNow() - before <= MEBIBYTE + SOMETHING_ELSE,
                            () -> Memory.directBytesNow() - before + " bytes stay of a burst of " + pending);
                });
            });
        });
    }

    /** Connected to a server of the same loop that reads nothing. */
    private static List<Socket> openWithUnreadPeers(EventLoop loop, int count, SocketOptions ofThisEnd) {
        Server server = loop.listen(LOCALHOST, 0, ListenOptions.defaults().withSocket(UNREAD), (s, accepted) -> accepted.pause());
        ConnectOptions options = ConnectOptions.defaults().withSocket(ofThisEnd);
        return Stream.generate(() -> loop.connect(LOCALHOST, port(server), options)).limit(count).toList();
    }

    /** Looks after each of some collections, in the loop, which goes on meanwhile; then closes it. */
    private void collectUntil(EventLoop loop, BooleanSupplier condition, Supplier<String> failure) {
        long begun = nanoTime();
        loop.interval(Duration.ofMillis(500), timer -> {
            System.gc();
            if (condition.getAsBoolean()) {
                loop.close();
            } else if (nanoTime() - begun > limits().mustHappen().toNanos()) {
                throw new AssertionError(failure.get());
            }
        });
    }

    @Rule("RES-007")
    void aClosedLoopKeepsNothing() {
        int count = 20;
        List<Object> kept = new ArrayList<>();
        AtomicLong pending = new AtomicLong();
        long before = Memory.directBytes();
        for (int i = 0; i < count; i++) {
            EventLoop loop = provider().open(LoopOptions.defaults());
            kept.add(loop);
            loop.run(l -> kept.add(openWithUnreadPeers(l, 1, SMALL).get(0).onConnect(socket -> {
                socket.write(new byte[MEBIBYTE]);
                if (capabilities().contains(Capability.DATAGRAMS)) {
                    DatagramSocket datagrams = l.datagram(LOCALHOST, 0);
                    datagrams.send(new byte[1], datagrams.localAddress());
                }
                l.timer(Duration.ofMillis(1), timer -> {
                    pending.addAndGet(socket.pendingBytes());
                    l.close();
                });
            })));
        }
        assertTrue(pending.get() > count * 64 * KIBIBYTE, pending + " bytes pending in " + count + " loops, which is little");
        long left = Memory.directBytes() - before;
        assertTrue(left <= SOMETHING_ELSE, left + " bytes stay after " + count + " loops");
        Reference.reachabilityFence(kept);
    }

    /** The JDK keeps what a buffer of the heap is copied to, for as long as the thread lives. */
    @Rule("RES-007")
    void aThreadThatHasRunALoopKeepsNothingOfIt() throws Exception {
        int count = 8;
        CountDownLatch over = latch(1);
        try {
            runOnAThreadThatLivesOn(over); // which loads what is loaded once
            long before = Memory.directBytes();
            for (int i = 0; i < count; i++) {
                runOnAThreadThatLivesOn(over);
            }
            long left = Memory.directBytes() - before;
            assertTrue(left <= SOMETHING_ELSE, left + " bytes stay with " + count + " threads");
        } finally {
            over.countDown();
        }
    }

    private void runOnAThreadThatLivesOn(CountDownLatch over) throws InterruptedException {
        CountDownLatch closed = latch(1);
        AtomicLong echoed = new AtomicLong();
        helper(() -> {
            try (EventLoop loop = provider().open(LoopOptions.defaults())) {
                loop.run(l -> converse(l, echoed));
            } finally {
                closed.countDown();
            }
            over.await();
        });
        closed.await();
        assertTrue(echoed.get() > 0, "nothing came back");
    }

    private void converse(EventLoop loop, AtomicLong echoed) {
        Server server = loop.listen(LOCALHOST, 0, (s, accepted) -> accepted.onRead((socket, data) -> socket.write(data)));
        loop.connect(LOCALHOST, port(server)).onConnect(socket -> socket.write(new byte[64 * KIBIBYTE])).onRead((socket, data) -> {
            echoed.addAndGet(data.remaining());
            if (echoed.get() == 64 * KIBIBYTE) {
                conclude(loop);
            }
        });
    }

    private void conclude(EventLoop loop) {
        if (capabilities().contains(Capability.DATAGRAMS)) {
            DatagramSocket datagrams = loop.datagram(LOCALHOST, 0);
            datagrams.onReceive((s, sender, data) -> loop.close()).send(new byte[KIBIBYTE], datagrams.localAddress());
        } else {
            loop.close();
        }
    }

    /** It is so large that it goes to the system without a copy. */
    @Rule({"RES-007", "WRITE-002"})
    void theUsersBufferIsTheUsersAlone() {
        List<WeakReference<ByteBuffer>> written = new ArrayList<>();
        withLoop(loop -> {
            int port = peerServer(Peer::drain);
            loop.connect(LOCALHOST, port).onConnect(socket -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(64 * KIBIBYTE);
                written.add(new WeakReference<>(bytes));
                socket.write(bytes);
                collectUntil(loop, () -> written.stream().allMatch(each -> each.get() == null),
                        () -> "a buffer that was written is reachable");
            });
        });
    }

    @Rule("RES-007")
    @Needs(Capability.DATAGRAMS)
    void datagramsThatComeTakeNoMoreMemoryThanOne() {
        int count = 200;
        DatagramPeer peer = peers().datagrams(LOCALHOST, 0);
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0);
            int[] left = {count};
            long[] before = new long[1];
            socket.onReceive((s, sender, data) -> {
                if (left[0] == count) {
                    before[0] = Memory.directBytesNow(); // there may be a buffer from now on
                }
                if (--left[0] > 0) {
                    loop.execute(() -> peer.send("x", s.localAddress())); // in another turn
                } else {
                    long grown = Memory.directBytesNow() - before[0];
                    assertTrue(grown <= MEBIBYTE + SOMETHING_ELSE, () -> grown + " bytes for " + count + " datagrams, one after the other");
                    s.close();
                }
            });
            peer.send("x", socket.localAddress());
        });
    }
}
