package dev.anyloop.tck.report;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the build hears what the tests say. JUnit goes on without a listener that throws and logs that, where nobody
 * looks: an old Surefire with a new JUnit runs everything, reports nothing and calls it a success.
 */
final class Audience extends Handler {

    /** Held, because a logger that nobody holds is made anew, without its handlers. */
    private static final Logger LAUNCHER = Logger.getLogger("org.junit.platform.launcher");

    /** The listener that a Maven build depends on; without another one, say an editor's, it hears all the same. */
    private static final String COMPLAINT = "TestExecutionListener [org.apache.maven.surefire.";

    private volatile @Nullable Throwable deafness;

    /** Listens from now on. */
    Audience() {
        LAUNCHER.addHandler(this);
    }

    /** Prints a line; and ends the process if that is the only way to keep the build from calling it a success. */
    void tell(String result) {
        System.out.println(result);
        if (deafness != null) {
            System.out.println("Anyloop TCK: the build does not hear of it, because its Surefire does not go with its JUnit: "
                    + deafness + ". Name version 3.6.0 or later of maven-surefire-plugin in the POM.");
            System.exit(1);
        }
    }

    @Override
    public void publish(LogRecord record) {
        if (record.getThrown() != null && record.getMessage().startsWith(COMPLAINT)) {
            deafness = record.getThrown();
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LAUNCHER.removeHandler(this);
    }
}
