package dev.anyloop.beanstalk.protocol;

import java.time.Duration;

/** Whether a value can be sent: what the server would refuse, misread or answer twice is refused at the call. */
public final class Checks {

    /** The longest name of a tube. */
    public static final int LONGEST_NAME = 200;
    /** The largest priority, delay and time to run. */
    public static final long MOST = 0xffff_ffffL;
    /** The longest wait: the server reads more as less, or as without end. */
    public static final long LONGEST_WAIT = Integer.MAX_VALUE;

    private Checks() {}

    /**
     * The name of a tube.
     *
     * @throws IllegalArgumentException if there can be no such tube
     */
    public static String tube(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a tube's name of " + name.length() + " characters: \"" + name + "\" (use 1 to "
                    + LONGEST_NAME + ")");
        }
        if (name.charAt(0) == '-' || !name.chars().allMatch(Checks::isOfNames)) {
            throw new IllegalArgumentException("not a name for a tube: \"" + name
                    + "\" (use letters, digits and - + / ; . $ _ ( ), and begin with another than -)");
        }
        return name;
    }

    private static boolean isOfNames(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-+/;.$_()".indexOf(c) >= 0;
    }

    /** A priority. */
    public static long priority(long priority) {
        if (priority < 0 || priority > MOST) {
            throw new IllegalArgumentException("priority: " + priority + " (use 0, the most urgent, to " + MOST + ")");
        }
        return priority;
    }

    /** The id of a job. */
    public static long id(long id) {
        if (id < 0) {
            throw new IllegalArgumentException("a job's id < 0: " + id + " (use what put or reserve has told)");
        }
        return id;
    }

    /** How many jobs. */
    public static long count(long count) {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("jobs to kick: " + count + " (use 1 to " + MOST + ")");
        }
        return count;
    }

    /** The number of a delay's seconds. */
    public static long delay(String what, Duration delay) {
        return seconds(what, delay, 0, MOST);
    }

    /** The number of seconds to run: the server would make 1 of 0, and tell nobody. */
    public static long timeToRun(Duration time) {
        return seconds("timeToRun", time, 1, MOST);
    }

    /** The number of seconds to wait for a job. */
    public static long wait(Duration time) {
        return seconds("timeout", time, 0, LONGEST_WAIT);
    }

    private static long seconds(String what, Duration time, long least, long most) {
        if (time.getNano() != 0) {
            throw new IllegalArgumentException(what + ": " + time + " (the server counts in whole seconds: use Duration.ofSeconds)");
        }
        if (time.getSeconds() < least || time.getSeconds() > most) {
            throw new IllegalArgumentException(what + ": " + time + " (use " + least + " to " + most + " s)");
        }
        return time.getSeconds();
    }
}
