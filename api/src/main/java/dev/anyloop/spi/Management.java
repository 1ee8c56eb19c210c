package dev.anyloop.spi;

import dev.anyloop.OpenLoops;
import dev.anyloop.OpenLoopsMXBean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * When the MXBean is there: if it was asked for, and as long as a loop is open. The platform's server has it, and it has our class
 * loader, which has to be able to go with the last loop (RES-009). Nothing of JMX is touched before somebody asks.
 *
 * <p>JMX calls listeners of the application, which may wait for locks of the application's: so no lock is held meanwhile. Of threads
 * that come at once the first does what there is to do, also for the others.
 */
final class Management {

    // any thread
    private final AtomicInteger asked = new AtomicInteger(); // how often, since somebody is at it
    private volatile boolean wanted = Boolean.getBoolean("anyloop.jmx");
    // whoever is at it
    private @Nullable Registration registration;

    /** From now on. */
    void ask() {
        try {
            Registration.check();
        } catch (LinkageError e) { // java.management is not there
            throw new UnsupportedOperationException(
                    "this runtime has no JMX: " + e + " (add the module java.management to it, or with --add-modules)", e);
        }
        wanted = true;
    }

    /** Loops have come or gone, or somebody has asked. */
    void update() {
        if (asked.getAndIncrement() > 0) {
            return; // whoever is at it looks again
        }
        for (int seen = 1; seen > 0; ) {
            boolean looked = false;
            try {
                look(LoopRegistry.isAnyOpen());
                looked = true;
            } finally {
                seen = looked ? asked.addAndGet(-seen) : asked.getAndSet(0);
            }
        }
    }

    /** Whoever opens or closes a loop has not asked for this, so it does not throw. */
    private void look(boolean anyOpen) {
        try {
            if (wanted && anyOpen && registration == null) {
                registration = Registration.of(new Bean());
            } else if (!anyOpen && registration != null) {
                Registration gone = registration;
                registration = null;
                gone.end();
            }
        } catch (RuntimeException | LinkageError e) {
            wanted = false;
            System.getLogger("dev.anyloop").log(System.Logger.Level.WARNING, "the loops cannot be shown by JMX", e);
        }
    }

    private static final class Bean implements OpenLoopsMXBean {

        @Override
        public int getCount() {
            return OpenLoops.list().size();
        }

        @Override
        public String getText() {
            return OpenLoops.describe();
        }

        @Override
        public String getJson() {
            return OpenLoops.describeAsJson();
        }
    }
}
