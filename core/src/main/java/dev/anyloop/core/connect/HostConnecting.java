package dev.anyloop.core.connect;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.net.AddressException;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.net.Reachable;
import dev.anyloop.core.turn.IoTimeout;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way from a name to a connection: the name is resolved off the loop, then its addresses are tried (CONN-009). One that
 * is silent does not hold up the next, which joins the race after a while; the first to connect wins (CONN-010).
 */
public final class HostConnecting extends Connecting implements Lookup.Question {

    /** As RFC 8305 recommends. */
    private static final long ATTEMPT_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    // set once
    private final Lookup lookup;
    private final String host;
    private final @Nullable InetAddress address; // if it is known
    private final int port;
    // loop thread
    private Iterator<InetAddress> untried = Collections.emptyIterator();
    private @Nullable Query query; // until it is answered, or given up
    private @Nullable IoTimeout delay; // before the next attempt; of a single address there is none

    /** @param address that of the host, or null to find it out */
    public HostConnecting(Loop loop, Lookup lookup, String host, @Nullable InetAddress address, int port,
            ConnectOptions options, Connectable connectable) {
        super(loop, options, connectable);
        this.lookup = lookup;
        this.host = host;
        this.address = address;
        this.port = port;
    }

    @Override
    public void start() {
        try {
            InetAddress literal = address != null ? address : Addresses.literal(host);
            if (literal != null) {
                untried = List.of(literal).iterator();
                goOn();
            } else {
                Query made = lookup.query(host, this);
                query = made;
                lookup.add(made);
            }
        } catch (AddressException e) {
            resolved(List.of(), e);
        }
    }

    @Override
    public void resolved(List<InetAddress> found, @Nullable IOException none) {
        query = null;
        failure = none;
        untried = Addresses.alternating(found).iterator();
        proceed();
    }

    // ---- attempts ----

    /** Without any left to try or to wait for, the first cause is told, the others attached to it. */
    @Override
    void goOn() {
        while (untried.hasNext()) {
            if (begin(untried.next())) {
                armDelay();
                return;
            }
        }
        if (isReleased()) {
            connectable.connectFailed(failure == null ? new UnknownHostException("no address") : failure);
        }
    }

    private boolean begin(InetAddress untried) {
        try {
            InetAddress reachable = Reachable.remote(untried, loop.transport.hasIpv6());
            InetSocketAddress remote = new InetSocketAddress(Addresses.connectable(reachable), port);
            begin(remote, local(remote));
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
                delay = new IoTimeout(loop, ATTEMPT_DELAY_NANOS, this::proceed);
            }
            delay.arm();
        }
    }

    @Override
    void note(IOException told) {
        IOException cause = isWithoutPort(told)
                ? new AddressException(ErrorKind.ADDRESS_NOT_AVAILABLE, "the local address has no port left", told) : told;
        if (failure == null) {
            failure = cause;
        } else if (failure != cause) {
            failure.addSuppressed(cause);
        }
    }

    private boolean isWithoutPort(IOException cause) {
        InetSocketAddress local = options.localAddress();
        return local != null && local.getPort() == 0 && Failures.kind(cause, Operation.CONNECT) == ErrorKind.ADDRESS_IN_USE;
    }

    @Override
    void stopWaiting() {
        if (query != null) {
            lookup.giveUp(query);
        }
        if (delay != null) {
            delay.disarm();
        }
    }
}
