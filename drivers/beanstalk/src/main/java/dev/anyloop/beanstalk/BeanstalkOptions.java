package dev.anyloop.beanstalk;

import dev.anyloop.ConnectOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How a client behaves. Immutable; start from {@link #defaults()}.
 *
 * @param connect how connections are made: their timeout, TLS; default {@link ConnectOptions#defaults()}
 * @param answerTimeout how long the server may send nothing while it owes an answer, and how long a command waits for a connection;
 *     default 10 s
 * @param firstRetry about how long it takes until the first attempt to connect again; from then on twice as long each time; default
 *     100 ms
 * @param lastRetry the longest of these times; default 10 s
 * @param reserveCheck how long a connection may wait for a job until the server is asked again, so that a connection that is dead is
 *     found to be, in whole seconds; default 30 s
 * @param maxJobSize the largest body that is put; default 65,535, as the server's own ({@code -z})
 * @param maxUnanswered how many commands may be waiting for a connection or an answer, waits for jobs not counted, which have connections
 *     of their own; default 65,536
 * @param random what the times between attempts are spread with, half as long to half as long again
 */
public record BeanstalkOptions(
        ConnectOptions connect,
        Duration answerTimeout,
        Duration firstRetry,
        Duration lastRetry,
        Duration reserveCheck,
        int maxJobSize,
        int maxUnanswered,
        RandomGenerator random) {

    private static final long LONGEST_CHECK = 86_400;
    private static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a time or a number makes no sense; the message names the value
     */
    public BeanstalkOptions {
        Objects.requireNonNull(connect, "connect");
        Objects.requireNonNull(random, "random");
        checkPositive("answerTimeout", answerTimeout);
        checkPositive("firstRetry", firstRetry);
        checkPositive("lastRetry", lastRetry);
        checkPositive("reserveCheck", reserveCheck);
        if (lastRetry.compareTo(firstRetry) < 0) {
            throw new IllegalArgumentException("lastRetry < firstRetry: " + lastRetry + " (use at least " + firstRetry + ")");
        }
        if (reserveCheck.getNano() != 0 || reserveCheck.getSeconds() > LONGEST_CHECK) {
            throw new IllegalArgumentException("reserveCheck: " + reserveCheck + " (use whole seconds, a day at the most)");
        }
        if (maxJobSize < 0) {
            throw new IllegalArgumentException("maxJobSize < 0: " + maxJobSize + " (use what the server's -z says, 65535 by default)");
        }
        if (maxUnanswered < 1) {
            throw new IllegalArgumentException("maxUnanswered < 1: " + maxUnanswered + " (use 1 to have one command at a time)");
        }
    }

    private static void checkPositive(String name, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + " <= 0: " + time + " (use a positive one)");
        }
        if (time.compareTo(LONGEST) > 0) { // what is added to it later has to fit too
            throw new IllegalArgumentException(name + ": " + time + " (use 365 days at the most)");
        }
    }

    /**
     * As each parameter says.
     *
     * @return the default options, with a random generator of their own
     */
    public static BeanstalkOptions defaults() {
        return new BeanstalkOptions(ConnectOptions.defaults(), Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofSeconds(10),
                Duration.ofSeconds(30), 65_535, 65_536, new SplittableRandom());
    }

    /**
     * Sets how connections are made.
     *
     * @param options the connect timeout, TLS and the rest
     * @return the changed options
     */
    public BeanstalkOptions withConnect(ConnectOptions options) {
        return new BeanstalkOptions(
                options, answerTimeout, firstRetry, lastRetry, reserveCheck, maxJobSize, maxUnanswered, random);
    }

    /**
     * Sets how long the server may owe an answer.
     *
     * @param timeout a positive duration, 365 days at the most
     * @return the changed options
     */
    public BeanstalkOptions withAnswerTimeout(Duration timeout) {
        return new BeanstalkOptions(connect, timeout, firstRetry, lastRetry, reserveCheck, maxJobSize, maxUnanswered, random);
    }

    /**
     * Sets when it is tried to connect again.
     *
     * @param first after the first failure
     * @param last the longest time, 365 days at the most
     * @return the changed options
     */
    public BeanstalkOptions withRetry(Duration first, Duration last) {
        return new BeanstalkOptions(connect, answerTimeout, first, last, reserveCheck, maxJobSize, maxUnanswered, random);
    }

    /**
     * Sets how often a waiting connection is looked at.
     *
     * @param time whole seconds, a day at the most
     * @return the changed options
     */
    public BeanstalkOptions withReserveCheck(Duration time) {
        return new BeanstalkOptions(connect, answerTimeout, firstRetry, lastRetry, time, maxJobSize, maxUnanswered, random);
    }

    /**
     * Sets the size of the largest job.
     *
     * @param bytes what the server was started with, {@code -z}
     * @return the changed options
     */
    public BeanstalkOptions withMaxJobSize(int bytes) {
        return new BeanstalkOptions(connect, answerTimeout, firstRetry, lastRetry, reserveCheck, bytes, maxUnanswered, random);
    }

    /**
     * Sets how many commands may be unanswered.
     *
     * @param commands at least 1
     * @return the changed options
     */
    public BeanstalkOptions withMaxUnanswered(int commands) {
        return new BeanstalkOptions(connect, answerTimeout, firstRetry, lastRetry, reserveCheck, maxJobSize, commands, random);
    }

    /**
     * Sets what spreads the attempts; with a seed, for tests that repeat themselves.
     *
     * @param generator used on the loop thread only
     * @return the changed options
     */
    public BeanstalkOptions withRandom(RandomGenerator generator) {
        return new BeanstalkOptions(
                connect, answerTimeout, firstRetry, lastRetry, reserveCheck, maxJobSize, maxUnanswered, generator);
    }
}
