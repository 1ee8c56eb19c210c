package dev.anyloop.tck;

import dev.anyloop.tck.run.Setting;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long the kit waits. The two are apart because the first is paid only by a test that fails, the second by every
 * test that shows that something does not happen.
 *
 * @param mustHappen how long something that has to happen may take
 * @param mustNotHappen how long to look for something that must not happen
 */
public record Limits(Duration mustHappen, Duration mustNotHappen) {

    private static final String PROPERTY = "tck.timeoutFactor";
    private static final String VARIABLE = "TCK_TIMEOUT_FACTOR";

    /**
     * 10 s and 50 ms, times the system property {@code tck.timeoutFactor} or else the environment variable
     * {@code TCK_TIMEOUT_FACTOR}.
     *
     * @return the limits for this machine
     */
    public static Limits defaults() {
        return scaled(System.getProperty(PROPERTY), System.getenv(VARIABLE));
    }

    static Limits scaled(@Nullable String property, @Nullable String variable) {
        double factor = Setting.isSet(property) ? factor(PROPERTY, property)
                : Setting.isSet(variable) ? factor(VARIABLE, variable) : 1;
        return new Limits(Duration.ofNanos((long) (10e9 * factor)), Duration.ofNanos((long) (50e6 * factor)));
    }

    /**
     * What the specification calls promptly: one second on a machine that is not overloaded, which the machine of a test
     * may well be.
     *
     * @return a quarter of what something that has to happen may take
     */
    public Duration promptly() {
        return mustHappen.dividedBy(4);
    }

    private static double factor(String name, String value) {
        try {
            double factor = Double.parseDouble(value);
            if (factor > 0 && factor <= 1000) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // It is not a factor, which is what the message says.
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT,
                "%s is not a number above 0 and up to 1000: \"%s\"", name, value));
    }
}
