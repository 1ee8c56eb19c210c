package dev.anyloop.sim.net;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way from one machine to another, with what is asked of it; of two rules about the same the newer one counts. */
public final class Path {

    static final int LARGEST_CHUNK = 64 * 1024;
    private static final int PACKET = 1460; // of Ethernet's
    private static final int PACES = 100; // in a second, of a link that is quicker than so many packets
    static final long LOOPBACK_NANOS = TimeUnit.MICROSECONDS.toNanos(10);

    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long MOST_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    /** Something that holds on a path until it is taken away. */
    public sealed interface Trait permits Latency, Bandwidth, Chunks, Window, Loss, Cut, Held {}

    /** How long a segment or a datagram travels, in nanoseconds. */
    public record Latency(long least, long most) implements Trait {}

    public record Bandwidth(long bytesPerSecond) implements Trait {}

    /** How many bytes one segment carries at the most. */
    public record Chunks(int most) implements Trait {}

    /** How many bytes may be on their way and unread. */
    public record Window(int bytes) implements Trait {}

    /** How likely a segment or a datagram is lost each time it is sent. */
    public record Loss(double probability) implements Trait {}

    /** Everything is lost. */
    public record Cut() implements Trait {}

    /** Everything waits. */
    public record Held() implements Trait {}

    private record Imposed(Trait trait, Runnable onFired) {}

    private final Network network;
    private final Machine from;
    private final Machine to;
    private final List<Imposed> imposed = new ArrayList<>();
    private long freeAt; // of a path with a bandwidth

    Path(Network network, Machine from, Machine to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    /** Where nobody is. */
    static Path nowhere(Network network, Machine from) {
        Path path = new Path(network, from, from);
        path.impose(new Cut(), () -> { });
        return path;
    }

    Machine from() {
        return from;
    }

    Machine to() {
        return to;
    }

    // ---- rules ----

    /**
     * Begins a rule.
     *
     * @param onFired called whenever it changes what happens
     * @return ends it
     */
    public Runnable impose(Trait trait, Runnable onFired) {
        Imposed rule = new Imposed(trait, onFired);
        imposed.add(rule);
        return () -> {
            imposed.remove(rule);
            network.resume();
        };
    }

    /** Resets what is connected now, in both directions. */
    public int reset() {
        return from.resetWith(to) + to.resetWith(from);
    }

    private <T extends Trait, V> V ask(Class<T> kind, Function<T, V> value, V otherwise) {
        Imposed rule = newest(kind);
        if (rule == null) {
            return otherwise;
        }
        rule.onFired.run();
        return value.apply(kind.cast(rule.trait));
    }

    private @Nullable Imposed newest(Class<? extends Trait> kind) {
        for (int i = imposed.size() - 1; i >= 0; i--) {
            Imposed rule = imposed.get(i);
            if (kind.isInstance(rule.trait)) {
                return rule;
            }
        }
        return null;
    }

    // ---- traffic ----

    /** How long what is sent now takes, apart from losses. */
    long travel(int bytes) {
        boolean loopback = from == to;
        Latency latency = ask(Latency.class, set -> set,
                new Latency(loopback ? LOOPBACK_NANOS : LEAST_NANOS, loopback ? LOOPBACK_NANOS : MOST_NANOS));
        return waiting(bytes) + network.drawBetween(latency.least, latency.most);
    }

    /** Until those before it are through, and it is itself. */
    private long waiting(int bytes) {
        Bandwidth bandwidth = ask(Bandwidth.class, set -> set, null);
        if (bandwidth == null) {
            return 0;
        }
        long now = network.schedule().now();
        long takes = bytes * TimeUnit.SECONDS.toNanos(1) / bandwidth.bytesPerSecond;
        freeAt = Math.max(freeAt, now) + takes;
        return freeAt - now;
    }

    int chunk() {
        Imposed slow = newest(Bandwidth.class);
        return ask(Chunks.class, Chunks::most, slow == null ? LARGEST_CHUNK : pace((Bandwidth) slow.trait));
    }

    /** What is long on its way comes bit by bit, and not when all of it is there. */
    private static int pace(Bandwidth bandwidth) {
        return (int) Math.min(LARGEST_CHUNK, Math.max(PACKET, bandwidth.bytesPerSecond / PACES));
    }

    int window(int capacity) {
        return ask(Window.class, set -> Math.min(set.bytes, capacity), capacity);
    }

    boolean isHeld() {
        return ask(Held.class, set -> true, false);
    }

    /** Drawn anew each time. */
    boolean loses() {
        if (to.isDown() || ask(Cut.class, set -> true, false)) {
            return true;
        }
        Imposed newest = newest(Loss.class);
        boolean lost = newest != null && network.draw(((Loss) newest.trait).probability);
        if (lost) {
            newest.onFired.run();
        }
        return lost;
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }
}
