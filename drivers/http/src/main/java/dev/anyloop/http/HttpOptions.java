package dev.anyloop.http;

import dev.anyloop.ListenOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.protocol.Leniency;
import dev.anyloop.http.protocol.Limits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server serves. Immutable; start from {@link #defaults()}. Deadlines are looked at a few times a second: they come a little late,
 * never early.
 *
 * @param listen how it listens; its sockets are half-open, whatever this says, so that a client may end its side after a request
 * @param limits how much of a message is read
 * @param leniencies what is let pass, by default nothing
 * @param headTimeout how long a head may take from its first byte, and the first byte of a connection; default 10 s; then 408
 * @param bodyTimeout how long the next bytes of a body may take; default 30 s; then 408, unless an answer has begun
 * @param idleTimeout how long a connection is kept without a request; default 60 s; then it is closed
 * @param writeTimeout how long a client may take none of its answer; default 30 s; then it is cut off, also while the connection closes
 * @param clock what {@code Date} tells
 */
public record HttpOptions(
        ListenOptions listen,
        Limits limits,
        Set<Leniency> leniencies,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration writeTimeout,
        InstantSource clock) {

    private static final HttpOptions DEFAULTS = new HttpOptions(ListenOptions.defaults(), Limits.defaults(), Set.of(), Duration.ofSeconds(10),
            Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(30), InstantSource.system());

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a timeout is not positive, or TLS would agree upon another protocol; the message names it
     */
    public HttpOptions {
        Objects.requireNonNull(listen, "listen");
        checkAlpn(listen.tls());
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(clock, "clock");
        leniencies = Set.copyOf(leniencies);
        checkTimeout("headTimeout", headTimeout);
        checkTimeout("bodyTimeout", bodyTimeout);
        checkTimeout("idleTimeout", idleTimeout);
        checkTimeout("writeTimeout", writeTimeout);
    }

    static void checkAlpn(@Nullable TlsOptions tls) {
        if (tls != null && !List.of("http/1.1").containsAll(tls.alpn())) {
            throw new IllegalArgumentException("ALPN of a protocol that is not spoken here: " + tls.alpn() + " (use http/1.1, or none)");
        }
    }

    static void checkTimeout(String name, Duration timeout) {
        Objects.requireNonNull(timeout, name);
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(name + ": " + timeout + " (use more than zero, and 365 days at most)");
        }
    }

    /**
     * Strict, with the limits and deadlines above.
     *
     * @return the default options
     */
    public static HttpOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how it listens: TLS, the permissions of a path, water marks.
     *
     * @param options how
     * @return the changed options
     * @throws IllegalArgumentException if its TLS would agree upon another protocol
     */
    public HttpOptions withListen(ListenOptions options) {
        return new HttpOptions(options, limits, leniencies, headTimeout, bodyTimeout, idleTimeout, writeTimeout, clock);
    }

    /**
     * Sets how much of a message is read.
     *
     * @param newLimits the limits
     * @return the changed options
     */
    public HttpOptions withLimits(Limits newLimits) {
        return new HttpOptions(listen, newLimits, leniencies, headTimeout, bodyTimeout, idleTimeout, writeTimeout, clock);
    }

    /**
     * Sets what is let pass.
     *
     * @param first one
     * @param more others
     * @return the changed options
     */
    public HttpOptions withLeniency(Leniency first, Leniency... more) {
        return new HttpOptions(listen, limits, EnumSet.of(first, more), headTimeout, bodyTimeout, idleTimeout, writeTimeout, clock);
    }

    /**
     * Sets all deadlines.
     *
     * @param head for a head
     * @param body for the next bytes of a body
     * @param idle for the next request
     * @param write for a client that takes nothing
     * @return the changed options
     * @throws IllegalArgumentException if one is not positive
     */
    public HttpOptions withTimeouts(Duration head, Duration body, Duration idle, Duration write) {
        return new HttpOptions(listen, limits, leniencies, head, body, idle, write, clock);
    }

    /**
     * Sets what {@code Date} tells, for tests.
     *
     * @param source of the time of day
     * @return the changed options
     */
    public HttpOptions withClock(InstantSource source) {
        return new HttpOptions(listen, limits, leniencies, headTimeout, bodyTimeout, idleTimeout, writeTimeout, source);
    }
}
