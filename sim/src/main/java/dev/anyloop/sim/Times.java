package dev.anyloop.sim;

import java.time.Duration;

/** What a test may ask of time. */
final class Times {

    /** More than any program runs; nanoseconds can be counted for three times as long. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Times() {}

    /** @throws IllegalArgumentException if it is negative or cannot be counted */
    static Duration checked(String what, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(what + " < 0: " + time + " (time never runs backwards)");
        }
        if (time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " > " + LONGEST + ": " + time + " (a hundred years is the most)");
        }
        return time;
    }
}
