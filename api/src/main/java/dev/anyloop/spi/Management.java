package dev.anyloop.spi;

import dev.anyloop.OpenLoops;
import dev.anyloop.OpenLoopsMXBean;
import org.jspecify.annotations.Nullable;

/**
 * When the MXBean is there: if it was asked for, and as long as a loop is open. The platform's server has it, and it has our class
 * loader, which has to be able to go with the last loop (RES-009). Nothing of JMX is touched before somebody asks.
 */
final class Management {

    private boolean wanted = Boolean.getBoolean("anyloop.jmx");
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

    /** Loops have come or gone. Whoever opens or closes one has not asked for this, so it does not throw. */
    void update(boolean anyOpen) {
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
