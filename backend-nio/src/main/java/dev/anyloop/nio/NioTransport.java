package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.BoundDatagramChannel;
import dev.anyloop.core.transport.BrokenChannels;
import dev.anyloop.core.transport.Capabilities;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.Fifo;
import dev.anyloop.core.transport.HalfOpen;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One selector, and the one buffer all of its connections read into. A select does not wait on an interrupted thread:
 * core clears the flag before each poll (LOOP-012).
 */
final class NioTransport implements Transport {

    static final Set<Capability> CAPABILITIES = Capabilities.here(Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT);

    /**
     * The most keys that one select can report. The JDK asks epoll for 1,024 events and its other selectors for 256,
     * its own wakeup among them, and does not tell when there were more.
     */
    private static final int FULL_BATCH = System.getProperty("os.name").equals("Linux") ? 1_023 : 255;

    // Loop thread; before the selector, which would stay open if there were no memory for it.
    private ByteBuffer readBuffer = ByteBuffer.allocateDirect(64 * 1024);

    // Set once.
    private final Selector selector = Selector.open();

    // Loop thread.
    private final Fifo<NioHandle> releasing = new Fifo<>();
    private final HalfOpen<NioConnection> halfOpen = new HalfOpen<>();

    NioTransport() throws IOException {}

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        int freed = releasing.size(); // by the next select: closing a registered channel only marks it
        int reported = select(freed == 0 ? halfOpen.limit(timeoutNanos) : 0);
        tellResets(halfOpen.due());
        for (; freed > 0; freed--) {
            Objects.requireNonNull(releasing.poll()).released();
        }
        return reported < FULL_BATCH;
    }

    private static void tellResets(List<NioConnection> looked) {
        if (!looked.isEmpty()) {
            BrokenChannels.among(looked, NioConnection::channel).forEach(NioConnection::wasReset);
        }
    }

    private int select(long timeoutNanos) throws IOException {
        if (timeoutNanos == 0) {
            return selector.selectNow(NioTransport::deliver);
        }
        long noLimit = 0; // to the JDK
        long millis = timeoutNanos < 0 ? noLimit : NANOSECONDS.toMillis(timeoutNanos - 1) + 1;
        return selector.select(NioTransport::deliver, millis);
    }

    private static void deliver(SelectionKey key) {
        if (key.isValid()) { // not closed by an event of this very batch
            ((NioHandle) key.attachment()).ready(key.readyOps());
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        ProtocolFamily family = family(remote);
        SocketChannel channel = family == null ? SocketChannel.open() : SocketChannel.open(family);
        try {
            NioConnection.configure(channel, isTcp(family), options);
            if (local != null) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
                channel.bind(local);
            }
            boolean connected = channel.connect(remote);
            NioConnection connection = new NioConnection(this, channel, connected ? OP_WRITE : OP_CONNECT);
            connection.tell(events);
            return connection;
        } catch (IOException | IllegalArgumentException e) {
            throw abandoned(channel, e);
        } catch (Error e) {
            close(channel);
            throw e;
        }
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        // Without a family the JDK would take an IPv4 wildcard for the IPv6 one. It sets SO_REUSEADDR itself, and only
        // where that does not mean "share the port".
        ProtocolFamily family = family(local);
        ServerSocketChannel channel = family == null ? ServerSocketChannel.open() : ServerSocketChannel.open(family);
        try {
            channel.configureBlocking(false);
            if (isTcp(family) && options.socket().receiveBufferSize() > 0) { // inherited, in time to scale the window
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.socket().receiveBufferSize());
            }
            if (options.reusePort()) { // before it is bound: later the JDK would take it in silence, to be off for the next
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(local, options.backlog());
            return new NioAcceptor(this, channel, isTcp(family), options.socket(), events);
        } catch (IOException | IllegalArgumentException e) {
            throw abandoned(channel, e);
        } catch (Error e) {
            close(channel);
            throw e;
        }
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        BoundDatagramChannel bound;
        try {
            bound = BoundDatagramChannel.bind(local, options);
        } catch (IllegalArgumentException e) {
            throw new IOException("Unusable address: " + e, e);
        }
        try {
            return new NioDatagramPort(this, bound, events);
        } catch (IOException | Error e) {
            close(bound.channel());
            throw e;
        }
    }

    /** Null for IPv6, which is of both families where there are both. */
    private static @Nullable ProtocolFamily family(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress ? StandardProtocolFamily.UNIX
                : ((InetSocketAddress) address).getAddress() instanceof Inet4Address ? StandardProtocolFamily.INET : null;
    }

    private static boolean isTcp(@Nullable ProtocolFamily family) {
        return family != StandardProtocolFamily.UNIX;
    }

    /** The JDK calls an address it cannot use an illegal argument; to core it is an attempt that failed. */
    private static IOException abandoned(Channel channel, Exception cause) {
        close(channel);
        return cause instanceof IOException failure ? failure : new IOException("Unusable address: " + cause, cause);
    }

    /** Closes the channel and tells its handle when that is true of the descriptor too. */
    void release(NioHandle handle, Channel channel) {
        close(channel);
        releasing.add(handle);
    }

    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to do: the system has let go of it all the same.
        }
    }

    SelectionKey register(NioHandle handle, SelectableChannel channel, int interest) throws IOException {
        releasing.makeRoom(releasing.size() + selector.keys().size() + 1); // so that its release cannot fail
        return channel.register(selector, interest, handle);
    }

    HalfOpen<NioConnection> halfOpen() {
        return halfOpen;
    }

    /** Where a connection puts what it reads, until it has told core. */
    ByteBuffer readBuffer() {
        return readBuffer;
    }

    @Override
    public void close() {
        if (!selector.isOpen()) {
            return;
        }
        selector.keys().forEach(key -> close(key.channel())); // the selector itself only forgets them
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            readBuffer = ByteBuffer.allocate(0); // whoever keeps a closed loop keeps no more (RES-007)
        }
    }
}
