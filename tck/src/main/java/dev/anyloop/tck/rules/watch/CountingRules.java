package dev.anyloop.tck.rules.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Chapter WATCH of the specification, continued: that the figures are those of what happens. */
public abstract class CountingRules extends Chapter {

    private static final Duration STUCK = Duration.ofMillis(100);
    private static final int TURNS = 60;

    @Rule({"WATCH-004", "THREAD-001"})
    void theBytesThatComeAndGoAreCounted() {
        withOpenLoop(loop -> {
            Server server = listen(loop, accepted -> accepted.onRead((s, data) -> {
                if (accepted.byteCount() == 100_000) {
                    s.write(new byte[3_000]);
                    s.close();
                }
            }));
            connect(loop, port(server)).onConnect(s -> s.write(new byte[100_000])).onClose((s, error) -> server.close());
            loop.run();
            assertBytes(103_000, loop);
        });
    }

    @Rule({"WATCH-004", "THREAD-001"})
    @Needs(Capability.DATAGRAMS)
    void thoseOfDatagramsAreCountedToo() {
        withOpenLoop(loop -> {
            DatagramSocket receiver = loop.datagram(LOCALHOST, 0);
            DatagramSocket sender = loop.datagram(LOCALHOST, 0);
            sender.send(ByteBuffer.allocateDirect(200), receiver.localAddress());
            sender.send(new byte[10], receiver.localAddress());
            sender.close();
            receiver.onReceive((s, from, data) -> {
                if (loop.stats().bytesIn() == 210) {
                    s.close();
                }
            });
            loop.run();
            assertBytes(210, loop);
        });
    }

    /** As many each way. */
    private static void assertBytes(long count, EventLoop loop) {
        assertEquals(count + " in, " + count + " out", loop.stats().bytesIn() + " in, " + loop.stats().bytesOut() + " out");
        assertEquals(Map.of("in", (double) count, "out", (double) count), JsonReader.read(loop.describeAsJson()).get("bytes"));
    }

    /** One turn of sixty is long. */
    @Rule({"WATCH-004", "WATCH-001"})
    void theSharesOfTheTurnsAreTold() {
        withOpenLoop(loop -> {
            loop.run(l -> block(STUCK));
            for (int i = 1; i < TURNS; i++) {
                loop.run(l -> {});
            }
            Map<?, ?> told = (Map<?, ?>) JsonReader.read(loop.describeAsJson()).get("turns");
            assertEquals(seconds(loop.stats().busyAtMost(0.5)), told.get("p50Seconds"), told::toString);
            assertEquals(seconds(loop.stats().busyAtMost(0.99)), told.get("p99Seconds"), told::toString);
            assertEquals(seconds(loop.stats().longestTurn()), told.get("longestSeconds"), told::toString);
            assertTrue((double) told.get("p50Seconds") < seconds(STUCK), told::toString);
            assertTrue((double) told.get("p99Seconds") >= seconds(STUCK), told::toString);
        });
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** It has begun before, and does not return before it is looked at. */
    @Rule({"WATCH-002", "WATCH-004"})
    void aCallbackIsStuckFromATenthOfASecondOn() {
        withLoop(loop -> {
            CountDownLatch told = latch(1);
            loop.timer(Duration.ZERO, timer -> {
                helper(() -> {
                    block(STUCK.plusMillis(1));
                    assertTrue(loop.describe().contains("busy for"), loop::describe);
                    assertTrue(JsonReader.read(loop.describeAsJson()).containsKey("stuck"), loop::describeAsJson);
                    told.countDown();
                });
                assertTrue(told.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "not told");
            });
        });
    }
}
