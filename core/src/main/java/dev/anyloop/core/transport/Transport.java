package dev.anyloop.core.transport;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An engine that waits for I/O, owned and driven by one loop. Only {@link #wakeup} may be called by other threads. */
public interface Transport {

    /**
     * Waits for I/O, then delivers its events; the only method that does (SEAM-003). May return early without any
     * (SEAM-008). Does not wait while a release begun by {@code close} is outstanding, but completes it (SEAM-006).
     *
     * @param timeoutNanos the longest wait; negative waits until {@link #wakeup}, 0 does not wait. An engine that counts
     *     in coarser units rounds up
     * @return true if everything that was ready has been reported, false if there may be more (a full batch). Then handles
     *     take turns: who is reported again comes after all that were ready when it was reported before (SEAM-008)
     * @throws IOException if the engine itself is broken; the loop stops, and {@code run()} or {@code close()} throws it
     *     (LOOP-011)
     */
    boolean poll(long timeoutNanos) throws IOException;

    /**
     * Makes the {@link #poll} that is waiting return, or the next one if none is (SEAM-009). Safe from any thread, also
     * after {@link #close}, when it does nothing. The caller may be short of memory and of stack: where this throws for
     * that, the wait goes on, and the next call ends it.
     */
    void wakeup();

    /**
     * Whether this engine can use IPv6 here. Where it cannot, core refuses IPv6 addresses, and none is ever shown to the
     * engine (CONN-020, LISTEN-013). The answer never changes.
     *
     * @return by default what the JDK says: false if the system has no IPv6 or {@code java.net.preferIPv4Stack} is set. An
     *     engine that finds IPv6 in another way may have less
     */
    default boolean hasIpv6() {
        return Ipv6.OF_JDK;
    }

    /**
     * What this engine has beyond TCP. The rest core refuses, and the engine is never asked for it (ERR-003). The answer never
     * changes.
     *
     * @return by default nothing; the same as the provider's {@code capabilities()} (DISC-004)
     */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Begins to connect. The outcome is delivered as {@link ConnectionEvents#connected} or
     * {@link ConnectionEvents#failed}, even if it is known sooner.
     *
     * @param remote where to: a resolved {@link java.net.InetSocketAddress}, of one machine, in its plainest form (CONN-021); or,
     *     if it {@linkplain #capabilities has} them, a {@link java.net.UnixDomainSocketAddress}. A full backlog of one of those
     *     is a failure that core waits over (UNIX-008)
     * @param local where from, of the same family, or null for any address; always null with a path
     * @param options of the socket; the engine applies the kernel's ones, core the others. Those of TCP are not for paths
     * @param events whom to tell
     * @return the connection, which reads nothing until {@link Connection#resumeReading}
     * @throws IOException if the attempt failed at once; nothing is left open and no event follows
     */
    Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException;

    /**
     * Binds and listens.
     *
     * @param local the address, as plain as for {@link #connect}; an IPv4 wildcard means IPv4 only, an IPv6 one both families.
     *     With a path: fails with ADDRESS_IN_USE if anything lies there, and neither here nor in {@link Acceptor#close} removes any
     *     file but its own, better none: core does (UNIX-003, UNIX-004)
     * @param options the backlog, the socket options the engine gives to what it accepts, and whether the port is shared, which an
     *     engine is asked for only if it {@linkplain #capabilities has} that; it sees to it that the system heard of it
     * @param events whom to tell
     * @return the acceptor, already accepting
     * @throws IOException if the address cannot be bound; nothing is left open
     */
    Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException;

    /**
     * Binds a datagram socket.
     *
     * @param local the address, as plain as for {@link #connect}, or a multicast group; an IPv4 wildcard means IPv4 only, an IPv6 one
     *     both families
     * @param options of the socket; the engine applies the kernel's ones, core the others
     * @param events whom to tell
     * @return the port, which receives nothing until {@link DatagramPort#resumeReceiving}
     * @throws IOException if the address cannot be bound; nothing is left open
     * @throws UnsupportedOperationException if the engine has no datagrams: then core does not call this
     */
    default DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        throw new UnsupportedOperationException("datagrams");
    }

    /**
     * Frees every resource of the engine (SEAM-010). Core has closed all handles before. A second call does nothing.
     */
    void close();
}
