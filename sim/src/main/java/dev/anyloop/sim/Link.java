package dev.anyloop.sim;

import dev.anyloop.sim.net.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies between two hosts, in both directions or, as {@link #oneWay}, in one. Of two rules about the same the newer
 * one counts. All methods are for the simulation's thread.
 */
public final class Link {

    private final Simulation simulation;
    private final Host from;
    private final Host to;
    private final boolean both;

    Link(Simulation simulation, Host from, Host to, boolean both) {
        this.simulation = simulation;
        this.from = from;
        this.to = to;
        this.both = both;
    }

    /**
     * The direction from the first host to the second alone.
     *
     * @return a link whose rules leave the way back as it is
     */
    public Link oneWay() {
        return new Link(simulation, from, to, false);
    }

    /**
     * How long every segment and every datagram travels.
     *
     * @param time not negative, a hundred years at the most
     * @return the rule
     */
    public Rule latency(Duration time) {
        return latency(time, time);
    }

    /**
     * How long a segment or a datagram travels, drawn anew for each; what one end of a connection sends still arrives in order.
     *
     * @param least not negative
     * @param most not less, a hundred years at the most
     * @return the rule
     */
    public Rule latency(Duration least, Duration most) {
        if (least.isNegative() || most.compareTo(least) < 0) {
            throw new IllegalArgumentException("latency from " + least + " to " + most + " (give 0 <= least <= most)");
        }
        Times.checked("latency", most);
        return impose("latency " + least + " to " + most, new Path.Latency(least.toNanos(), most.toNanos()));
    }

    /**
     * How much passes in a second, evenly: what was written at once comes bit by bit.
     *
     * @param bytesPerSecond at least 1
     * @return the rule
     */
    public Rule bandwidth(long bytesPerSecond) {
        checkPositive("bandwidth", bytesPerSecond);
        return impose("bandwidth " + bytesPerSecond, new Path.Bandwidth(bytesPerSecond));
    }

    /**
     * Into how small pieces data is cut.
     *
     * @param most bytes in a piece, at least 1
     * @return the rule
     */
    public Rule chunks(int most) {
        checkPositive("chunks", most);
        return impose("chunks of " + most, new Path.Chunks(most));
    }

    /**
     * How much may be under way or unread at the receiver.
     *
     * @param bytes at least 1
     * @return the rule
     */
    public Rule window(int bytes) {
        checkPositive("window", bytes);
        return impose("window " + bytes, new Path.Window(bytes));
    }

    /**
     * How likely a segment is lost, each time it is sent. TCP sends it again, so what its users see is a delay; a datagram is gone.
     *
     * @param probability from 0 to 1
     * @return the rule
     */
    public Rule loss(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("loss: " + probability + " (give a probability from 0 to 1)");
        }
        return impose("loss " + probability, new Path.Loss(probability));
    }

    /**
     * Lets nothing through, not even what is under way. Afterwards TCP goes on when it next tries, which after a long time
     * takes up to two minutes; connections that were tried for too long are dead.
     *
     * @return the rule
     */
    public Rule partition() {
        return impose("partition", new Path.Cut());
    }

    /**
     * Lets everything wait, and go on in order when the rule is closed.
     *
     * @return the rule
     */
    public Rule hold() {
        return impose("hold", new Path.Held());
    }

    /** Resets all connections between the two hosts that there are now, in both directions. */
    public void reset() {
        Fault fault = simulation.fault("reset " + this);
        if (fault.isWanted() && simulation.path(from, to).reset() > 0) {
            fault.fired();
        }
    }

    private Rule impose(String what, Path.Trait trait) {
        Fault fault = simulation.fault(what + " on " + this);
        List<Runnable> ends = new ArrayList<>();
        if (fault.isWanted()) {
            ends.add(simulation.path(from, to).impose(trait, fault::fired));
            if (both) {
                ends.add(simulation.path(to, from).impose(trait, fault::fired));
            }
        }
        return fault.until(() -> ends.forEach(Runnable::run));
    }

    private static void checkPositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " < 1: " + value);
        }
    }

    @Override
    public String toString() {
        return from + (both ? " <-> " : " -> ") + to;
    }
}
