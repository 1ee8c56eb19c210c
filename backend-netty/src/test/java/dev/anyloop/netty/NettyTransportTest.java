package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class NettyTransportTest {

    private static EventLoop open(String transport) {
        return new NamedTransport(transport).open(LoopOptions.defaults());
    }

    private static int port(Server server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** An echo through both ends of one loop. */
    private static void echo(EventLoop loop) {
        loop.run(l -> {
            Server server = l.listen("127.0.0.1", 0, (s, accepted) -> accepted.onRead((a, data) -> a.write(data)));
            l.connect("127.0.0.1", port(server))
                    .onConnect(s -> s.write("hello"))
                    .onRead((s, data) -> {
                        s.close();
                        server.close();
                    });
        });
    }

    @EachTransport
    void closingALoopWithOpenHandlesTakesNoTimeAndLeavesNoThread(String transport) {
        try (EventLoop first = open(transport)) {
            echo(first); // loads what is loaded once
        }
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        int loops = 4; // so that a pause of the machine is not taken for what would happen to each
        long nanos = 0;
        for (int i = 0; i < loops; i++) {
            nanos += nanosToClose(transport);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
        started.removeAll(before);
        assertEquals(Set.of(), started);
        assertTrue(millis < 1_000 * loops, loops + " times close() took " + millis + " ms");
    }

    private static long nanosToClose(String transport) {
        EventLoop loop = open(transport);
        loop.run(l -> {
            Server server = l.listen("127.0.0.1", 0, (s, accepted) -> {});
            for (int i = 0; i < 100; i++) {
                l.connect("127.0.0.1", port(server)).onConnect(s -> l.timer(Duration.ofMillis(1), timer -> l.stop()));
            }
        });
        long start = System.nanoTime();
        loop.close();
        return System.nanoTime() - start;
    }

    /** SEAM-014; as when core has no memory for what it is told. */
    @EachTransport
    void whatIsAskedForAfterAPollThatThrewIsUnderWay(String transport) throws IOException {
        AcceptorEvents starved = new AcceptorEvents() {
            @Override
            public ConnectionEvents accepted(Connection connection) {
                throw new AssertionError("nobody connects");
            }

            @Override
            public void acceptFailed(IOException cause) {}

            @Override
            public void closed() {
                throw new OutOfMemoryError("none for core");
            }
        };
        try (Driver driver = new Driver(transport); ServerSocket server = new ServerSocket(0, 1, Driver.local(0).getAddress())) {
            driver.listen(Driver.local(0), starved).close();
            assertThrows(OutOfMemoryError.class, () -> driver.pollUntil(() -> false));
            driver.transport.connect(server.getLocalSocketAddress(), null, SocketOptions.defaults(), new Recorder());
            server.setSoTimeout(10_000);
            server.accept().close();
        }
    }

    @EachTransport
    void directMemoryDoesNotGrowWithTheLoopsThatWere(String transport) {
        openAndCloseLoops(transport, 100);
        long after100 = directMemory();
        openAndCloseLoops(transport, 400);
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        long after500 = directMemory();
        while (after500 > after100 && System.nanoTime() < limit) {
            after500 = directMemory();
        }
        assertTrue(after500 <= after100, "direct memory after 100 loops " + after100 + ", after 500 " + after500);
    }

    private static void openAndCloseLoops(String transport, int count) {
        for (int loops = 0; loops < count; loops++) {
            try (EventLoop loop = open(transport)) {
                echo(loop);
            }
        }
    }

    /**
     * What the JDK has given out, which it takes back some time after a collection, so the least of some looks; and
     * what Netty has taken beside it.
     */
    private static long directMemory() {
        long jdk = Long.MAX_VALUE;
        for (int looks = 0; looks < 5; looks++) {
            System.gc();
            jdk = Math.min(jdk, ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum());
        }
        return jdk + PlatformDependent.usedDirectMemory();
    }
}
