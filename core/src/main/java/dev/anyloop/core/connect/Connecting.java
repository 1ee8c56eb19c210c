package dev.anyloop.core.connect;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Reachable;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to a connection: a name is resolved off the loop, then the addresses are tried one after the other until one
 * connects (CONN-009), all within one connect timeout (CONN-004).
 */
public final class Connecting implements Lookup.Question {

    // set once
    private final Loop loop;
    private final Lookup lookup;
    private final Connectable connectable;
    private final int port;
    private final ConnectOptions options;
    // loop thread
    private Iterator<InetAddress> addresses = List.<InetAddress>of().iterator();
    private @Nullable IOException failure;
    private @Nullable Query query;

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
        } catch (UnknownHostException e) {
            resolved(List.of(), e);
        }
    }

    public void start(InetAddress address) {
        tryEach(List.of(address));
    }

    @Override
    public void resolved(List<InetAddress> found, @Nullable IOException none) {
        failure = none;
        tryEach(found);
    }

    private void tryEach(List<InetAddress> found) {
        addresses = found.iterator();
        tryNext();
    }

    /** Begins the next attempt; without any left the socket fails with the first cause, the others attached to it. */
    public void tryNext() {
        while (addresses.hasNext()) {
            try {
                InetAddress address = Reachable.remote(addresses.next(), loop.transport.hasIpv6());
                InetSocketAddress remote = new InetSocketAddress(Addresses.connectable(address), port);
                connectable.attach(
                        loop.transport.connect(remote, local(remote), options.socket(), connectable));
                return;
            } catch (IOException e) {
                note(e);
            }
        }
        connectable.connectFailed(failure == null ? new UnknownHostException("no address") : failure);
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
        throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "local address " + Addresses.format(given)
                + " is of another family than " + Addresses.format(remote));
    }

    /** The socket is closed or has failed: nobody waits for the name any more (CONN-008). */
    public void giveUp() {
        if (query != null) {
            lookup.giveUp(query);
        }
    }

    /** An attempt failed; the next one begins when its descriptor is gone. */
    public void note(IOException cause) {
        if (failure == null) {
            failure = cause;
        } else if (failure != cause) {
            failure.addSuppressed(cause);
        }
    }
}
