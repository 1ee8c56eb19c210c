package dev.anyloop.sim.net;

import dev.anyloop.sim.net.Segment.Kind;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is under way from one end of a connection to the other, in order. The first decides when the others come: while it
 * is lost, it is sent again after longer and longer times, as TCP does; what is lost for too long ends the connection.
 */
final class Stream {

    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long FIRST_SYN_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(120);

    /** How long Linux tries: six times for a SYN, fifteen times for all else. */
    private static final long SYN_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(127);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(924);

    private static final class Flight {
        private final Segment segment;
        private final long sent;
        private final long arrival;
        private int losses;

        Flight(Segment segment, long sent, long arrival) {
            this.segment = segment;
            this.sent = sent;
            this.arrival = arrival;
        }
    }

    private final Network network;
    private final Path path;
    private final @Nullable TcpEnd from;
    private final int life; // of the machine that sends
    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    private boolean held;
    int index; // among those in which something is under way

    Stream(Network network, Path path, @Nullable TcpEnd from) {
        this.network = network;
        this.path = path;
        this.from = from;
        this.life = path.from().life();
    }

    void add(Segment segment) {
        Schedule schedule = network.schedule();
        long arrival = schedule.later(path.travel(segment.bytes().length));
        Flight last = flights.peekLast();
        if (last != null && last.segment.kind() == Kind.RST && segment.kind() == Kind.RST) {
            return; // it says it already
        }
        flights.add(new Flight(segment, schedule.now(), last == null ? arrival : Math.max(arrival, last.arrival)));
        if (last == null) {
            network.isBusy(this);
            scheduleFirst(arrival);
        }
    }

    private void scheduleFirst(long at) {
        network.schedule().at(at, this::arrive);
    }

    /** A rule has ended. */
    void resume() {
        if (held && !path.isHeld()) {
            held = false;
            scheduleFirst(network.schedule().now());
        }
    }

    private void arrive() {
        Flight first = Objects.requireNonNull(flights.peek());
        if (path.isHeld()) {
            held = true;
        } else if (first.losses > 0 && isOrphan()) {
            forgetAll();
        } else if (path.loses()) {
            lost(first);
        } else {
            network.notePassing(path.to(), first.segment, true);
            if (path.to().receive(first.segment)) {
                next();
            } else {
                lost(first);
            }
        }
    }

    /** Who would send it again has gone with its machine. */
    private boolean isOrphan() {
        return path.from().life() != life;
    }

    private void forgetAll() {
        flights.clear();
        network.isEmpty(this);
    }

    private void lost(Flight flight) {
        Schedule schedule = network.schedule();
        boolean syn = flight.segment.kind() == Kind.SYN;
        long retry = Math.min((syn ? FIRST_SYN_RETRY_NANOS : FIRST_RETRY_NANOS) << Math.min(flight.losses, 10), LAST_RETRY_NANOS);
        flight.losses++;
        if (schedule.now() + retry - flight.sent > (syn ? SYN_PATIENCE_NANOS : PATIENCE_NANOS)) {
            forgetAll();
            if (from != null) {
                from.timedOut();
            }
        } else if (from == null) {
            next(); // nobody sends a refusal twice
        } else if (isOrphan()) {
            forgetAll();
        } else {
            schedule.after(retry, this::arrive);
        }
    }

    private void next() {
        flights.remove();
        Flight next = flights.peek();
        if (next == null) {
            network.isEmpty(this);
        } else {
            scheduleFirst(Math.max(next.arrival, network.schedule().now()));
        }
    }
}
