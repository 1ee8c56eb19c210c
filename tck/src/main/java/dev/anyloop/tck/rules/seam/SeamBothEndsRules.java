package dev.anyloop.tck.rules.seam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.SocketPaths;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Chapter SEAM of the specification: what holds for a connection holds for both of its ends, the one that connected and the one that
 * was accepted, over both families and, where there are some, at paths. Here both ends are under test, and all of these at once.
 */
public abstract class SeamBothEndsRules extends SeamChapter {

    private static final int SOME = 200_000;
    private static final int MUCH = 1 << 20;

    /** A receive buffer that the system sizes grows, when reading is slow, until it holds much. */
    private static final SocketOptions SMALL_BOTH_WAYS = SocketOptions.defaults().withBufferSizes(64 * 1024, 64 * 1024);
    private static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(16 * 1024, 16 * 1024);
    private static final Duration TWO_LOOKS = Duration.ofMillis(1_100);

    /** @param one the end that a test is about */
    private record Pair(String name, RecordedConnection one, RecordedConnection other) {

        @Override
        public String toString() {
            return name + ": " + one + ", the other end: " + other;
        }
    }

    @FunctionalInterface
    private interface PairsBody {
        void run(SeamDriver driver, List<Pair> pairs) throws Exception;
    }

    private void withPairs(SocketOptions options, PairsBody body) {
        withTransport(driver -> {
            List<Pair> pairs = new ArrayList<>();
            for (SocketAddress address : addresses(driver)) {
                RecordedAcceptor acceptor = driver.listen(address, options);
                try {
                    SocketAddress server = acceptor.acceptor().localAddress();
                    addPair(driver, acceptor, server, options, true, pairs);
                    addPair(driver, acceptor, server, options, false, pairs);
                } finally {
                    removeFile(address);
                }
            }
            body.run(driver, pairs);
        });
    }

    private List<SocketAddress> addresses(SeamDriver driver) {
        List<SocketAddress> addresses = new ArrayList<>();
        addresses.add(new InetSocketAddress(LOCALHOST, 0));
        if (hasIpv6() && driver.transport().hasIpv6()) {
            addresses.add(new InetSocketAddress("::1", 0));
        }
        if (driver.transport().capabilities().contains(Capability.UNIX_SOCKETS)) {
            addresses.add(SocketPaths.address(0));
        }
        return addresses;
    }

    private static void addPair(SeamDriver driver, RecordedAcceptor acceptor, SocketAddress server, SocketOptions options,
            boolean connected, List<Pair> pairs) throws IOException {
        int before = acceptor.accepted().size();
        RecordedConnection client = driver.connect(server, options);
        driver.until("connected and accepted",
                () -> client.saw("connected") && acceptor.accepted().size() > before);
        RecordedConnection accepted = acceptor.accepted().get(before);
        pairs.add(connected ? new Pair("connected to " + server, client, accepted) : new Pair("accepted at " + server, accepted, client));
    }

    /** Core's to do, else. */
    private static void removeFile(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress path) {
            Files.deleteIfExists(path.getPath());
        }
    }

    private static void untilAll(SeamDriver driver, List<Pair> pairs, String what, Predicate<Pair> condition) throws IOException {
        driver.until(what, () -> pairs.stream().allMatch(condition));
    }

    // ---- the tests ----

    @Rule({"SEAM-005", "SEAM-007", "SEAM-013"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void eitherEndSendsEndsAndHearsWhatComesAfterItsEnd() {
        byte[] content = randomBytes(SOME);
        withPairs(SMALL, (driver, pairs) -> {
            for (Pair pair : pairs) {
                pair.other.resume();
                long taken = pair.one.write(RecordedConnection.direct(content));
                driver.until("all is written by " + pair.name, () -> taken + pair.one.written() == SOME);
                pair.one.connection().shutdownOutput();
            }
            untilAll(driver, pairs, "the end", pair -> pair.other.saw("inputEnded"));
            for (Pair pair : pairs) {
                assertSameBytes(content, pair.other.bytes(), pair.name);
                pair.one.resume();
                pair.other.write("after it");
            }
            untilAll(driver, pairs, "what comes after the end", pair -> pair.one.byteCount() == 8);
            pairs.forEach(pair -> pair.other.connection().shutdownOutput());
            untilAll(driver, pairs, "the other end", pair -> pair.one.saw("inputEnded"));
            pollFor(driver, TWO_LOOKS);
            for (Pair pair : pairs) {
                assertEquals("after it", new String(pair.one.bytes(), UTF_8));
                assertFalse(pair.one.saw("failed") || pair.other.saw("failed"), pair::toString);
            }
        });
    }

    /** Who closes and leaves something unread resets the connection, at a path as well. */
    @Rule({"SEAM-013", "SEAM-007"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void eitherEndIsToldOfAResetAfterTheEnd() {
        assumeLinux();
        withPairs(SMALL, (driver, pairs) -> {
            for (Pair pair : pairs) {
                int taken = pair.one.write("unread");
                driver.until("it is written", () -> taken + pair.one.written() == 6);
                pair.one.resume();
                pair.other.connection().shutdownOutput();
            }
            untilAll(driver, pairs, "the end", pair -> pair.one.saw("inputEnded"));
            pollFor(driver, limits().mustNotHappen());
            pairs.forEach(pair -> assertFalse(pair.one.saw("failed"), pair::toString));
            pairs.forEach(pair -> pair.other.close());
            untilAll(driver, pairs, "the reset after the end", pair -> pair.one.saw("failed"));
        });
    }

    /** With much that is lent, of which the kernel does not take all. */
    @Rule({"SEAM-005", "SEAM-006", "SEAM-011"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void eitherEndWaitsForRoomAndIsToldWhenTheOtherGoes() {
        withPairs(SMALL_BOTH_WAYS, (driver, pairs) -> {
            int[] taken = new int[pairs.size()];
            for (int i = 0; i < taken.length; i++) {
                taken[i] = pairs.get(i).one.write(ByteBuffer.allocateDirect(MUCH));
            }
            driver.quiet();
            long[] stalled = new long[taken.length];
            for (int i = 0; i < taken.length; i++) {
                Pair pair = pairs.get(i);
                stalled[i] = taken[i] + pair.one.written();
                assertTrue(stalled[i] < MUCH, () -> "all is taken though nobody reads, of one " + pair);
                pair.other.on("received", () -> {
                    if (pair.other.byteCount() > MUCH / 2) {
                        pair.other.pause();
                    }
                }).resume();
            }
            untilAll(driver, pairs, "a half has come", pair -> pair.other.byteCount() > MUCH / 2);
            for (int i = 0; i < taken.length; i++) {
                assertTrue(taken[i] + pairs.get(i).one.written() > stalled[i], pairs.get(i)::toString);
            }
            driver.quiet();
            pairs.forEach(pair -> pair.other.close());
            untilAll(driver, pairs, "the other is gone", pair -> pair.one.saw("outputFailed") || pair.one.saw("failed"));
            pairs.forEach(pair -> pair.one.close());
            untilAll(driver, pairs, "closed", pair -> pair.one.isClosed() && pair.other.isClosed());
        });
    }

    @Rule({"SEAM-003", "SEAM-006"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void eitherEndKnowsItsAddressesAndSeesTheOtherGo() {
        withPairs(SocketOptions.defaults(), (driver, pairs) -> {
            for (Pair pair : pairs) {
                assertEquals(pair.one.connection().localAddress(), pair.other.connection().remoteAddress(), pair.name);
                assertEquals(pair.one.connection().remoteAddress(), pair.other.connection().localAddress(), pair.name);
                pair.one.resume();
            }
            driver.quiet();
            pairs.forEach(pair -> pair.other.close());
            untilAll(driver, pairs, "the end", pair -> pair.one.saw("inputEnded"));
            pairs.forEach(pair -> assertFalse(pair.one.saw("failed"), pair::toString));
        });
    }

    private void pollFor(SeamDriver driver, Duration time) throws IOException {
        long end = nanoTime() + time.toNanos();
        for (long left; (left = end - nanoTime()) > 0; ) {
            driver.poll(left);
        }
    }
}
