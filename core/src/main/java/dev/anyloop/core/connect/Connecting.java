package dev.anyloop.core.connect;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.net.AddressException;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Reachable;
import dev.anyloop.core.turn.IoTimeout;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way from a name to a connection: the name is resolved off the loop, then its addresses are tried (CONN-009). One that
 * is silent does not hold up the next, which joins the race after a while; the first to connect wins (CONN-010). How long all
 * of it may take is not decided here.
 */
public final class Connecting implements Lookup.Question {

    /** As RFC 8305 recommends. */
    private static final long ATTEMPT_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    // set once
    private final Loop loop;
    private final Lookup lookup;
    private final Connectable connectable;
    private final int port;
    private final ConnectOptions options;
    // loop thread
    private final ArrayList<Attempt> attempts = new ArrayList<>(1); // that have not won, and are not released
    private Iterator<InetAddress> untried = Collections.emptyIterator();
    private @Nullable Query query;
    private @Nullable IoTimeout delay; // before the next attempt; of a single address there is none
    private @Nullable IOException failure;
    private boolean over;

    public Connecting(Loop loop, Lookup lookup, int port, ConnectOptions options, Connectable connectable) {
        this.loop = loop;
        this.lookup = lookup;
        this.port = port;
        this.options = options;
        this.connectable = connectable;
    }

    public void start(String host) {
        try {
            InetAddress literal = Addresses.literal(host);
            if (literal != null) {
                start(literal);
            } else {
                query = lookup.resolve(host, this);
            }
        } catch (AddressException e) {
            resolved(List.of(), e);
        }
    }

    public void start(InetAddress address) {
        untried = List.of(address).iterator();
        tryNext();
    }

    @Override
    public void resolved(List<InetAddress> found, @Nullable IOException none) {
        failure = none;
        untried = Addresses.alternating(found).iterator();
        tryNext();
    }

    // ---- attempts ----

    /** Without any left to try or to wait for, the first cause is told, the others attached to it. */
    private void tryNext() {
        while (untried.hasNext()) {
            if (begin(untried.next())) {
                armDelay();
                return;
            }
        }
        if (attempts.isEmpty()) {
            connectable.connectFailed(failure == null ? new UnknownHostException("no address") : failure);
        }
    }

    private boolean begin(InetAddress address) {
        Attempt attempt = new Attempt(this, connectable);
        attempts.ensureCapacity(attempts.size() + 1); // what is begun is never lost for want of memory
        try {
            InetAddress reachable = Reachable.remote(address, loop.transport.hasIpv6());
            InetSocketAddress remote = new InetSocketAddress(Addresses.connectable(reachable), port);
            attempt.begun(loop.transport.connect(remote, local(remote), options.socket(), attempt));
            attempts.add(attempt);
            loop.handles.opened();
            return true;
        } catch (IOException e) {
            note(e);
            return false;
        }
    }

    /** Engines differ in what they make of an address of the other family; a wildcard fits both. */
    private @Nullable InetSocketAddress local(InetSocketAddress remote) throws IOException {
        InetSocketAddress given = options.localAddress();
        if (given == null) {
            return null;
        }
        InetAddress local = Addresses.isWildcard(given.getAddress()) ? Addresses.wildcardFor(remote.getAddress())
                : Reachable.local(given.getAddress(), loop.transport.hasIpv6());
        if (Addresses.sameFamily(local, remote.getAddress())) {
            return new InetSocketAddress(local, given.getPort());
        }
        throw new AddressException(ErrorKind.ADDRESS_NOT_AVAILABLE, "local address " + Addresses.format(given)
                + " is of another family than " + Addresses.format(remote));
    }

    /** Attempts from one local port cannot race: each waits until the port is free again. */
    private void armDelay() {
        InetSocketAddress local = options.localAddress();
        boolean racing = local == null || local.getPort() == 0;
        if (racing && untried.hasNext()) {
            if (delay == null) {
                delay = new IoTimeout(loop, ATTEMPT_DELAY_NANOS, this::tryNext);
            }
            delay.arm();
        }
    }

    private void note(IOException cause) {
        if (failure == null) {
            failure = cause;
        } else if (failure != cause) {
            failure.addSuppressed(cause);
        }
    }

    // ---- from the attempts ----

    void won(Attempt winner) {
        attempts.remove(winner);
        end();
    }

    /** The next one begins when the descriptor is gone. */
    void failed(Attempt attempt, IOException cause) {
        note(cause);
        attempt.giveUp();
    }

    void released(Attempt attempt) {
        loop.handles.released();
        attempts.remove(attempt);
        if (!over) {
            tryNext();
        } else if (attempts.isEmpty()) {
            connectable.attemptsReleased();
        }
    }

    // ---- the end ----

    /** No connection is wanted any more (CONN-008). */
    public void giveUp() {
        if (query != null) {
            lookup.giveUp(query);
        }
        end();
    }

    private void end() {
        over = true;
        if (delay != null) {
            delay.disarm();
        }
        attempts.forEach(Attempt::giveUp);
    }

    /** How the connection is to be secured, or null. */
    public @Nullable TlsOptions tls() {
        return options.tls();
    }

    /** Whether all attempts that did not win are gone. */
    public boolean isReleased() {
        return attempts.isEmpty();
    }

    /** The first failure so far, the others attached to it. */
    public @Nullable IOException failure() {
        return failure;
    }
}
