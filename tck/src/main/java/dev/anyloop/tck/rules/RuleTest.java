package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import dev.anyloop.tck.peer.Layer;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.peer.Peers;
import dev.anyloop.tck.run.Await;
import dev.anyloop.tck.run.Jitter;
import dev.anyloop.tck.run.Seed;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** What every rule's test has: limits, chance, and the other end of its connections on threads of their own. */
public abstract class RuleTest {

    public static final String LOCALHOST = Peers.LOCALHOST;

    private World world = World.real();
    private Random random = new Random(0);
    private Peers peers = new Peers(world, Layer.NONE, Limits.defaults(), failure -> {});

    /** Called before each test. */
    public final void in(World surroundings) {
        world = surroundings;
    }

    protected abstract Limits limits();

    /** What connections run over, on both sides. */
    protected Medium medium() {
        return Medium.TCP;
    }

    /** What the backend under test says that it has; asked by tests of that only. */
    protected abstract Set<Capability> capabilities();

    /** Hears of a peer that fails, so that the test need not wait for its end. */
    protected abstract void peerFailed(Throwable failure);

    /** Called before each try of the test. */
    protected void enter(ExtensionContext context) {
        random = Seed.current().random(context.getRequiredTestMethod().getName());
        peers = new Peers(world, medium(), limits(), this::peerFailed);
    }

    /** Called after it, also when it failed. */
    protected void leave() {
        peers.close();
    }

    protected final World world() {
        return world;
    }

    // Time, threads and what they wait for, of the world of this test

    protected final long nanoTime() {
        return world.nanoTime();
    }

    /** Keeps the thread busy for a time, as a slow callback does its loop's; what else may end a single park does not end it. */
    protected final void block(Duration time) {
        long start = nanoTime();
        for (long left = time.toNanos(); left > 0; left = time.toNanos() - (nanoTime() - start)) {
            world.park(left);
        }
    }

    /** On a thread that may block. */
    protected final void until(BooleanSupplier condition, Supplier<String> failure) {
        Await.until(world, limits().mustHappen(), condition, failure);
    }

    protected final CountDownLatch latch(int count) {
        return world.latch(count);
    }

    protected final Semaphore semaphore(int permits) {
        return world.semaphore(permits);
    }

    protected final <T> BlockingQueue<T> queue() {
        return world.queue();
    }

    /** How many sockets, and whatever else an engine may forget to close, are open; 0 where the system does not tell. */
    protected final int descriptorCount() {
        return world.descriptors().values().stream().mapToInt(Integer::intValue).sum();
    }

    // The other end

    protected final Peers peers() {
        return peers;
    }

    protected final Jitter jitter() {
        return Jitter.measured();
    }

    /** So many times what is much where this runs. */
    protected final int much(int times) {
        return times * medium().much(world.much());
    }

    /** What is too much for a connection whose peer does not read, unless its buffers are large. */
    protected final int big() {
        return much(4);
    }

    protected final Random random() {
        return random;
    }

    /** By a generator that takes no lock: tests make many mebibytes. */
    protected final byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(random.nextLong()).nextBytes(bytes);
        return bytes;
    }

    /** As JUnit's for arrays, which goes byte by byte. */
    public static void assertSameBytes(byte[] expected, byte[] actual) {
        assertSameBytes(expected, actual, "");
    }

    public static void assertSameBytes(byte[] expected, byte[] actual, String of) {
        int different = Arrays.mismatch(expected, actual);
        if (different >= 0) {
            throw new AssertionError("of " + expected.length + " bytes came " + actual.length + ", and at " + different + " is "
                    + at(different, actual) + " instead of " + at(different, expected) + (of.isEmpty() ? "" : ", " + of));
        }
    }

    private static String at(int index, byte[] bytes) {
        return index < bytes.length ? String.valueOf(bytes[index]) : "the end";
    }

    /** A raw server on 127.0.0.1 that runs the script once for each connection. */
    protected final int peerServer(PeerScript script) {
        return peers.listen(LOCALHOST, 0, script);
    }

    /**
     * A raw server with a small receive buffer, so that it stalls its sender soon when it does not read. With a smaller one Linux
     * may lose sight of a reader who has kept up: it tells the sender of no room, who then asks five times a second.
     */
    protected final int smallPeerServer(PeerScript script) {
        return peers.listen(LOCALHOST, 128 * 1024, script);
    }

    /** Where a peer or a server listens; with port 0, where there is room for one. */
    protected final SocketAddress address(int port) {
        return medium().address(LOCALHOST, port);
    }

    /** Host and port of the same, as an error has them. */
    protected final String endText(int port) {
        return medium().text(LOCALHOST, port);
    }

    /** A raw client that connects to 127.0.0.1 and runs the script. */
    protected final void peer(int port, PeerScript script) {
        peers.connect(LOCALHOST, port, script);
    }

    /** A raw client made by this very thread; the loop need not turn for that, only listen. */
    protected final Peer client(int port) {
        return client(LOCALHOST, port);
    }

    protected final Peer client(String host, int port) {
        try {
            return peers.connect(host, port);
        } catch (IOException e) {
            throw new AssertionError("cannot connect to " + host + " port " + port, e);
        }
    }

    /** Any work on another thread; what it throws fails the test, and the loop waits for it when it closes. */
    protected final void helper(PeerScript.Work work) {
        peers.start("helper", work);
    }

    /** A port of 127.0.0.1 that refuses connections until the end of the test. */
    protected final int refusingPort() {
        return peers.refusingPort(LOCALHOST);
    }

    /** A port of 127.0.0.1 that lets connections hang until the end of the test: its backlog is full. */
    protected final int silentPort() {
        return peers.silentPort(LOCALHOST, 0);
    }

    protected final boolean hasIpv6() {
        return Peers.hasIpv6(world);
    }

    /** This machine in each family that there is: engines set the options of either in ways of their own. */
    protected final List<String> loopbacks() {
        return hasIpv6() ? List.of(LOCALHOST, "::1") : List.of(LOCALHOST);
    }

    /** Skips a test that needs ::1 where there is none. */
    protected final void assumeIpv6() {
        if (!hasIpv6()) {
            throw new TestAbortedException("no ::1 on this machine");
        }
    }

    /** Skips a test of what only Linux does. */
    protected static void assumeLinux() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new TestAbortedException("not Linux");
        }
    }
}
