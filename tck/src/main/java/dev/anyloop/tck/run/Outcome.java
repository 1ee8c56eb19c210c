package dev.anyloop.tck.run;

import org.jspecify.annotations.Nullable;

/**
 * How a test ended.
 *
 * @param status as the report counts it
 * @param reason why it did not pass, or nothing
 * @param thrown what JUnit is told, or null if it passed
 */
public record Outcome(Status status, String reason, @Nullable Throwable thrown) {

    /** The worst that a test said of a rule counts. */
    public enum Status { UNTESTED, EXEMPT, SKIPPED, PASS, BREACH, FAIL }

    public static final Outcome PASSED = new Outcome(Status.PASS, "", null);

    /** Tells JUnit. */
    public void rethrow() throws Throwable {
        if (thrown != null) {
            throw thrown;
        }
    }
}
