package dev.anyloop.sim.net;

import java.util.PriorityQueue;

/** Virtual time, and what happens at which moment of it; of two things at the same moment the first planned comes first. */
public final class Schedule {

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long planned;

    /** Nanoseconds since the simulation began. */
    public long now() {
        return now;
    }

    public void after(long nanos, Runnable action) {
        at(later(nanos), action);
    }

    public void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, now), planned++, action));
    }

    /** A moment from now; never, if it is too far off to be told. */
    public long later(long nanos) {
        return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
    }

    /** When something is to happen next: {@link Long#MAX_VALUE} for never. */
    public long next() {
        return events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
    }

    /** Lets time pass. What was planned until then has to have happened. */
    public void advanceTo(long nanos) {
        if (nanos > next() || nanos < now) {
            throw new IllegalStateException("from " + now + " to " + nanos + ", and " + next() + " comes first");
        }
        now = nanos;
    }

    /** Lets the next thing happen that is due. */
    public boolean runOne() {
        if (next() > now) {
            return false;
        }
        events.remove().action.run();
        return true;
    }
}
