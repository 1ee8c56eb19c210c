package dev.anyloop.core.socket;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Handle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A handle that is known by its ends: where it was asked to connect to, and the addresses that it is connected by. People
 * and errors call it by them. A superclass, not a part, because thousands of idle sockets are to be small.
 */
abstract class AddressedHandle extends Handle {

    /** Of an accepted socket there is none. */
    private record Destination(String host, int port) {}

    // set once
    private final @Nullable Destination destination;
    // set once, by the loop thread, when connected; any thread reads
    private volatile @Nullable SocketAddress localAddress;
    private volatile @Nullable SocketAddress remoteAddress;

    /** On its way to a host. */
    AddressedHandle(String host, int port) {
        destination = new Destination(host, port);
    }

    /** Connected already. */
    AddressedHandle(Connection connected) {
        destination = null;
        rememberAddresses(connected);
    }

    /** For later: the connection knows them only while it is there. */
    final void rememberAddresses(Connection connected) {
        localAddress = Objects.requireNonNull(connected.localAddress(), "localAddress of the engine's connection");
        remoteAddress = Objects.requireNonNull(connected.remoteAddress(), "remoteAddress of the engine's connection");
    }

    public final @Nullable SocketAddress localAddress() {
        return localAddress;
    }

    public final @Nullable SocketAddress remoteAddress() {
        return remoteAddress;
    }

    final String host() {
        return destination != null ? destination.host : Addresses.host(Objects.requireNonNull(remoteAddress));
    }

    final int port() {
        return destination != null ? destination.port : Addresses.port(Objects.requireNonNull(remoteAddress));
    }

    /** Any thread. */
    public final String describeEnds() {
        String local = describeLocal();
        return describePeer() + (local == null ? "" : " from " + local);
    }

    /** Any thread. */
    final String describePeer() {
        return Addresses.format(host(), port());
    }

    /** Any thread. */
    final @Nullable String describeLocal() {
        SocketAddress local = localAddress;
        return local == null ? null : Addresses.format(local);
    }

    // ---- errors ----

    final NetworkException exception(Operation operation, IOException cause) {
        return Failures.exception(cause, operation, host(), port());
    }

    /** The connection was made, and hands were to be shaken. */
    final NetworkException handshakeException(Operation operation, IOException cause) {
        return Failures.ofConnection(cause, operation, host(), port());
    }

    final NetworkException closedError() {
        return exception(Operation.WRITE, new ClosedChannelException());
    }

    final NetworkException timeout(ErrorKind kind, Operation operation, SocketTimeoutException cause) {
        return new NetworkException(kind, operation, host(), port(), String.valueOf(cause.getMessage()), cause);
    }
}
