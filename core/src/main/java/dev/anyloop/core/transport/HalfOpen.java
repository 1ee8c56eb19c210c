package dev.anyloop.core.transport;

import dev.anyloop.ErrorKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections of a transport whose peer has ended, and may still reset them. An end stays ready to be read for ever, so
 * nobody waits for input of such a connection, and no wait tells of the reset: it has to be looked for (SEAM-013). That is
 * done twice a second, inside {@code poll}, and for 200 at a time, so that it costs next to nothing however many there are.
 * All methods belong to the loop thread.
 *
 * @param <C> the transport's connections
 */
public final class HalfOpen<C> {

    private static final int MOST_AT_ONCE = 200; // as many as one select of the JDK brings on every system
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Set<C> connections = new LinkedHashSet<>();
    private long nextNanos;

    /** Of a transport that has none yet. */
    public HalfOpen() {}

    /**
     * What an engine tells of a connection that it found broken, if the look does not say more than that.
     *
     * @return for {@link ConnectionEvents#failed}
     */
    public static EngineException reset() {
        return new EngineException(ErrorKind.CONNECTION_RESET, "Connection reset by peer");
    }

    /**
     * The input of a connection has ended. To be called before core hears of it, which may close the connection.
     *
     * @param connection is looked at until it is removed
     */
    public void add(C connection) {
        if (connections.isEmpty()) {
            nextNanos = System.nanoTime() + EVERY_NANOS;
        }
        connections.add(connection);
    }

    /**
     * The connection has failed or is being closed: nobody looks at it any more.
     *
     * @param connection one of any state
     * @return whether it was there: of those that are due at once, one may have closed another
     */
    public boolean remove(C connection) {
        return connections.remove(connection);
    }

    /**
     * How long a poll may wait before it is time for a look.
     *
     * @param timeoutNanos as given to {@link Transport#poll}: without limit if negative
     * @return the same, or less
     */
    public long limit(long timeoutNanos) {
        if (connections.isEmpty()) {
            return timeoutNanos;
        }
        long left = Math.max(0, nextNanos - System.nanoTime());
        return timeoutNanos < 0 ? left : Math.min(timeoutNanos, left);
    }

    /**
     * Whom to look at now: none, most of the time.
     *
     * @return those whose turn it is; a list of the caller's
     */
    public List<C> due() {
        if (connections.isEmpty() || System.nanoTime() - nextNanos < 0) {
            return List.of();
        }
        nextNanos = System.nanoTime() + EVERY_NANOS;
        List<C> due = new ArrayList<>();
        for (Iterator<C> next = connections.iterator(); next.hasNext() && due.size() < MOST_AT_ONCE; ) {
            due.add(next.next());
            next.remove();
        }
        connections.addAll(due); // behind those that were not looked at
        return due;
    }
}
