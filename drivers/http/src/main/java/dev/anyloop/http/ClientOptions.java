package dev.anyloop.http;

import dev.anyloop.ConnectOptions;
import dev.anyloop.http.protocol.Leniency;
import dev.anyloop.http.protocol.Limits;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * How a client asks. Immutable; start from {@link #defaults()}. Deadlines are looked at a few times a second: they come a little late,
 * never early. A deadline for a request as a whole is {@link ClientRequest#timeout}.
 *
 * @param connect how connections are made, and by which TLS those of https; {@link ConnectOptions#connectTimeout()} is also how long a
 *     request waits for a connection while there are as many as may be
 * @param limits how much of an answer is read
 * @param leniencies what is let pass, by default nothing
 * @param maxConnections how many connections there may be to an origin; default 8
 * @param maxQueued how many requests to an origin may wait for one of them; default 1,000; more fail ({@link HttpFailure#REFUSED}), but
 *     none that is repeated or redirected: it waits before those
 * @param continueTimeout how long a body waits for {@code 100 Continue} if that was asked for; default 1 s; then it is sent
 * @param headTimeout how long the head of an answer may take once the request is given as a whole; default 30 s
 * @param bodyTimeout how long the next bytes of an answer's body may take; default 30 s
 * @param idleTimeout how long a connection is kept without a request; default 30 s; then it is closed
 * @param writeTimeout how long a server may take none of a request; default 30 s
 */
public record ClientOptions(
        ConnectOptions connect,
        Limits limits,
        Set<Leniency> leniencies,
        int maxConnections,
        int maxQueued,
        Duration continueTimeout,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration writeTimeout) {

    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final ClientOptions DEFAULTS = new ClientOptions(ConnectOptions.defaults(), Limits.defaults(), Set.of(), 8, 1000,
            Duration.ofSeconds(1), USUAL, USUAL, USUAL, USUAL);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a timeout is not positive, a number out of range, or TLS would agree upon another protocol
     *     or ask for another name; the message names it
     */
    public ClientOptions {
        Objects.requireNonNull(connect, "connect");
        Objects.requireNonNull(limits, "limits");
        leniencies = Set.copyOf(leniencies);
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections < 1: " + maxConnections + " (use 1 to have one request at a time)");
        }
        if (maxQueued < 0) {
            throw new IllegalArgumentException("maxQueued < 0: " + maxQueued + " (use 0 if none may wait)");
        }
        HttpOptions.checkAlpn(connect.tls());
        if (connect.tls() != null && connect.tls().serverName() != null) {
            throw new IllegalArgumentException("serverName for all origins: " + connect.tls().serverName()
                    + " (it is that of each URI; to connect elsewhere use ClientRequest.at)");
        }
        HttpOptions.checkTimeout("connectTimeout", connect.connectTimeout());
        HttpOptions.checkTimeout("continueTimeout", continueTimeout);
        HttpOptions.checkTimeout("headTimeout", headTimeout);
        HttpOptions.checkTimeout("bodyTimeout", bodyTimeout);
        HttpOptions.checkTimeout("idleTimeout", idleTimeout);
        HttpOptions.checkTimeout("writeTimeout", writeTimeout);
    }

    /**
     * Strict, with the limits and deadlines above.
     *
     * @return the default options
     */
    public static ClientOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how connections are made.
     *
     * @param options the connect timeout, TLS and the rest
     * @return the changed options
     */
    public ClientOptions withConnect(ConnectOptions options) {
        return new ClientOptions(options, limits, leniencies, maxConnections, maxQueued, continueTimeout, headTimeout, bodyTimeout,
                idleTimeout, writeTimeout);
    }

    /**
     * Sets how much of an answer is read.
     *
     * @param newLimits the limits
     * @return the changed options
     */
    public ClientOptions withLimits(Limits newLimits) {
        return new ClientOptions(connect, newLimits, leniencies, maxConnections, maxQueued, continueTimeout, headTimeout, bodyTimeout,
                idleTimeout, writeTimeout);
    }

    /**
     * Sets what is let pass.
     *
     * @param first one
     * @param more others
     * @return the changed options
     */
    public ClientOptions withLeniency(Leniency first, Leniency... more) {
        return new ClientOptions(connect, limits, EnumSet.of(first, more), maxConnections, maxQueued, continueTimeout, headTimeout, bodyTimeout,
                idleTimeout, writeTimeout);
    }

    /**
     * Sets what is kept for each origin.
     *
     * @param connections how many there may be
     * @param queued how many requests may wait for one
     * @param idle how long one is kept without a request
     * @return the changed options
     */
    public ClientOptions withPool(int connections, int queued, Duration idle) {
        return new ClientOptions(connect, limits, leniencies, connections, queued, continueTimeout, headTimeout, bodyTimeout, idle,
                writeTimeout);
    }

    /**
     * Sets the deadlines of a request.
     *
     * @param forContinue how long a body waits for {@code 100 Continue} if that was asked for
     * @param head for the head of an answer
     * @param body for the next bytes of its body
     * @param write for a server that takes nothing
     * @return the changed options
     */
    public ClientOptions withTimeouts(Duration forContinue, Duration head, Duration body, Duration write) {
        return new ClientOptions(connect, limits, leniencies, maxConnections, maxQueued, forContinue, head, body, idleTimeout, write);
    }
}
