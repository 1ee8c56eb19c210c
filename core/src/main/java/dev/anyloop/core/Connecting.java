package dev.anyloop.core;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.Socket;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket on its way to its first byte: its name is resolved off the loop, then the addresses are tried one after the
 * other until one connects (CONN-009), all within one connect timeout (CONN-004).
 */
final class Connecting implements Lookup.Question {

    // set once
    private final CoreLoop loop;
    private final Link link;
    private final int port;
    private final ConnectOptions options;
    // loop thread
    private Iterator<InetAddress> addresses = List.<InetAddress>of().iterator();
    private @Nullable IOException failure;

    private Connecting(CoreLoop loop, String host, int port, ConnectOptions options) {
        this.loop = loop;
        this.port = port;
        this.options = options;
        this.link = new Link(loop, options.socket(), host, port, this);
    }

    static Socket start(CoreLoop loop, String host, int port, ConnectOptions options) {
        Connecting connecting = new Connecting(loop, host, port, options);
        try {
            InetAddress literal = Addresses.literal(host);
            if (literal != null) {
                connecting.tryEach(List.of(literal));
            } else {
                loop.lookup.resolve(host, connecting);
            }
        } catch (UnknownHostException e) {
            connecting.resolved(List.of(), e);
        }
        return connecting.link.socket();
    }

    static Socket start(CoreLoop loop, InetSocketAddress address, ConnectOptions options) {
        Connecting connecting = new Connecting(loop, Addresses.host(address), address.getPort(), options);
        connecting.tryEach(List.of(address.getAddress()));
        return connecting.link.socket();
    }

    /** Closed meanwhile (CONN-008). An old value on another thread only means a question too many. */
    @Override
    public boolean isMoot() {
        return !link.isConnecting();
    }

    @Override
    public void resolved(List<InetAddress> found, @Nullable IOException none) {
        if (isMoot()) {
            return;
        }
        failure = none;
        tryEach(found);
    }

    private void tryEach(List<InetAddress> found) {
        addresses = found.iterator();
        tryNext();
    }

    /** Begins the next attempt; without any left the socket fails with the first cause, the others attached to it. */
    void tryNext() {
        while (addresses.hasNext()) {
            InetSocketAddress remote = new InetSocketAddress(Addresses.connectable(addresses.next()), port);
            try {
                link.attach(loop.transport.connect(remote, local(remote), options.socket(), link));
                return;
            } catch (IOException e) {
                note(e);
            }
        }
        link.connectFailed(failure == null ? new UnknownHostException("no address") : failure);
    }

    /** Engines differ in what they make of an address of the other family; a wildcard fits both. */
    private @Nullable InetSocketAddress local(InetSocketAddress remote) throws EngineException {
        InetSocketAddress local = options.localAddress();
        if (local == null || Addresses.sameFamily(local.getAddress(), remote.getAddress())) {
            return local;
        } else if (local.getAddress().isAnyLocalAddress()) {
            return new InetSocketAddress(Addresses.wildcardFor(remote.getAddress()), local.getPort());
        }
        throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "local address " + Addresses.format(local)
                + " is of another family than " + Addresses.format(remote));
    }

    Duration limit() {
        return options.connectTimeout();
    }

    /** An attempt failed; the next one begins when its descriptor is gone. */
    void note(IOException cause) {
        if (failure == null) {
            failure = cause;
        } else if (failure != cause) {
            failure.addSuppressed(cause);
        }
    }
}
