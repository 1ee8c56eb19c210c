package dev.anyloop.beanstalk;

import java.util.Map;

/**
 * Statistics of a server, a tube or a job, by the names of beanstalkd's protocol: {@code current-jobs-ready}, {@code time-left}.
 */
public final class Stats {

    private final Map<String, String> values;

    Stats(Map<String, String> values) {
        this.values = values;
    }

    /**
     * A value as a number.
     *
     * @param name for example {@code "reserves"}
     * @return its value
     * @throws IllegalArgumentException if there is no such value, or it is no whole number
     */
    public long number(String name) {
        String value = text(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is no whole number: \"" + value + "\" (use text)", e);
        }
    }

    /**
     * A value as text, just as the server writes it; what it quotes, without the quotes.
     *
     * @param name for example {@code "state"}
     * @return its value
     * @throws IllegalArgumentException if there is no such value
     */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no value \"" + name + "\" (there are " + values.keySet() + "; use one of those)");
        }
        return value;
    }

    /**
     * All values, as text, in the server's order.
     *
     * @return a map that does not change
     */
    public Map<String, String> asMap() {
        return values;
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
