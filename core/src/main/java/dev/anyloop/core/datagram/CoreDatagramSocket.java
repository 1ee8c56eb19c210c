package dev.anyloop.core.datagram;

import dev.anyloop.DatagramCallback;
import dev.anyloop.DatagramErrorCallback;
import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.ReceiveCallback;
import dev.anyloop.core.description.HandleDescription;
import dev.anyloop.core.description.HandleDescription.Kind;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.PortHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code DatagramSocket} of the user. It is long because all that its user may call and all that its engine tells meets here.
 */
final class CoreDatagramSocket extends PortHandle implements DatagramSocket, DatagramEvents {

    // set once
    final Delivery delivery;
    private final Inbox inbox = new Inbox(this);
    private final Outbox outbox;
    private final Groups groups = new Groups(this);
    // set once, by open
    private @Nullable DatagramPort port;
    private @Nullable Destinations destinations;
    private volatile InetSocketAddress localAddress; // until then the one that was asked for
    // loop thread writes, any reads
    private volatile @Nullable InetSocketAddress peer;
    // loop thread
    private boolean logged; // since the last datagram came
    private @Nullable DatagramErrorCallback onError;
    private @Nullable DatagramCallback onClose;

    private CoreDatagramSocket(Datagrams datagrams, InetSocketAddress local, DatagramOptions options) {
        super(datagrams.loop, datagrams.loop.counters.datagramSockets);
        this.delivery = datagrams.delivery;
        this.localAddress = local;
        this.outbox = new Outbox(this, options.sendQueueBytes());
    }

    static DatagramSocket bind(Datagrams datagrams, InetSocketAddress local, DatagramOptions options) throws IOException {
        CoreDatagramSocket socket = new CoreDatagramSocket(datagrams, local, options);
        socket.loop.handles.add(socket); // first: there may be no room, and then nobody could close the port
        boolean opened = false;
        try {
            socket.open(socket.loop.transport.datagram(local, options, socket), options);
            opened = true;
        } finally {
            if (socket.port == null) {
                socket.loop.handles.remove(socket);
            } else if (!opened) {
                socket.closeNow();
            }
        }
        return socket;
    }

    private void open(DatagramPort bound, DatagramOptions options) {
        port = bound;
        opened();
        localAddress = bound.localAddress();
        destinations = new Destinations(localAddress, options, loop.transport.hasIpv6());
        bound.resumeReceiving();
    }

    // ---- sending ----

    @Override
    public boolean send(ByteBuffer data, SocketAddress to) {
        loop.checkThread();
        Objects.requireNonNull(data, "data");
        if (!isStillOpen()) {
            return consume(data);
        } else if (peer != null) {
            throw new IllegalStateException("an address, but the socket is connected to " + Addresses.format(peer)
                    + " (use send(data), or disconnect() before)");
        }
        InetSocketAddress checked = destinations().check(to);
        destinations().checkLength(data, checked);
        try {
            return outbox.send(data, destinations().plain(checked));
        } catch (IOException nowhere) {
            failed(nowhere, checked);
            return consume(data);
        }
    }

    @Override
    public boolean send(ByteBuffer data) {
        loop.checkThread();
        Objects.requireNonNull(data, "data");
        if (!isStillOpen()) {
            return consume(data);
        } else if (peer == null) {
            throw new IllegalStateException("no address, and the socket is not connected (use send(data, to), or connect() before)");
        }
        destinations().checkLength(data, peer);
        return outbox.send(data, peer);
    }

    private static boolean consume(ByteBuffer dropped) {
        dropped.position(dropped.limit());
        return false;
    }

    @Override
    public void sendable() {
        loop.told(this);
        if (isStillOpen()) {
            outbox.sendable();
        }
    }

    // ---- peer and groups ----

    @Override
    public DatagramSocket connect(SocketAddress address) {
        loop.checkThread();
        if (isStillOpen()) {
            InetSocketAddress checked = destinations().check(address);
            try {
                if (peer != null) { // Linux would keep the source address that led to that one, whatever leads to this
                    take(null);
                }
                take(destinations().plain(checked));
            } catch (IOException cause) {
                throw exception(cause, Operation.CONNECT, checked);
            }
        }
        return this;
    }

    @Override
    public DatagramSocket disconnect() {
        loop.checkThread();
        if (isStillOpen() && peer != null) {
            InetSocketAddress left = peer;
            try {
                take(null);
            } catch (IOException cause) {
                throw exception(cause, Operation.CONNECT, left);
            }
        }
        return this;
    }

    /** What waits is for who was there before. */
    private void take(@Nullable InetSocketAddress other) throws IOException {
        outbox.drop();
        peer = null;
        port().connect(other);
        peer = other;
    }

    /** Some of what comes has been sent before the socket was connected. */
    boolean hears(InetSocketAddress sender) {
        return peer == null || Addresses.isSame(peer, sender);
    }

    @Override
    public DatagramSocket join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        loop.checkThread();
        if (isStillOpen()) {
            groups.join(group, on, source);
        }
        return this;
    }

    @Override
    public DatagramSocket leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        loop.checkThread();
        if (isStillOpen()) {
            groups.leave(group, on, source);
        }
        return this;
    }

    // ---- receiving ----

    @Override
    public void received(ByteBuffer data, InetSocketAddress sender) {
        loop.told(this);
        if (isStillOpen()) {
            logged = false;
            loop.counters.bytesIn.add(data.remaining());
            inbox.received(data, sender);
        }
    }

    @Override
    public DatagramSocket pause() {
        loop.checkThread();
        if (isStillOpen()) {
            inbox.pause();
        }
        return this;
    }

    @Override
    public DatagramSocket resume() {
        loop.checkThread();
        if (isStillOpen()) {
            inbox.resume();
        }
        return this;
    }

    // ---- failures ----

    /** Engines differ in where they meet a refusal: it is always the answer to something sent. */
    @Override
    public void receiveFailed(IOException cause) {
        loop.told(this);
        boolean refused = Failures.kind(cause, Operation.RECEIVE) == ErrorKind.CONNECT_REFUSED;
        InetSocketAddress there = peer != null ? peer : localAddress;
        report(exception(cause, refused ? Operation.SEND : Operation.RECEIVE, there));
    }

    @Override
    public void sendFailed(IOException cause, InetSocketAddress to) {
        loop.told(this);
        failed(cause, to);
    }

    void failed(IOException cause, InetSocketAddress to) {
        report(exception(cause, Operation.SEND, to));
    }

    static NetworkException exception(IOException cause, Operation operation, InetSocketAddress address) {
        return Failures.exception(cause, operation, Addresses.host(address), address.getPort());
    }

    private void report(NetworkException error) {
        if (error.kind() == ErrorKind.CONNECT_REFUSED) {
            reportRefusal(error, peer);
        } else {
            loop.defer(() -> tell(error));
        }
    }

    /** Of interest while the socket has the peer that has refused (DGRAM-005). */
    private void reportRefusal(NetworkException error, @Nullable InetSocketAddress of) {
        loop.defer(() -> {
            if (of != null && of == peer) {
                tell(error);
            }
        });
    }

    private void tell(NetworkException error) {
        if (isStillOpen() && (onError != null || !logged)) {
            logged = onError == null;
            DatagramErrorCallback callback = onError != null ? onError : CoreDatagramSocket::log;
            loop.call("onError", this, () -> callback.failed(this, error));
        }
    }

    private static void log(DatagramSocket socket, NetworkException error) {
        Debug.warn("datagram lost: " + error.getMessage(), null);
    }

    // ---- closing ----

    @Override
    protected void release() {
        inbox.close();
        outbox.drop();
    }

    @Override
    protected void freePort() {
        port().close();
    }

    @Override
    protected void tellClosed() {
        DatagramCallback callback = onClose;
        if (callback != null) {
            loop.call("onClose", this, () -> callback.run(this));
        }
    }

    // ---- callbacks ----

    @Override
    public DatagramSocket onReceive(ReceiveCallback callback) {
        loop.checkThread();
        inbox.onReceive(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    @Override
    public DatagramSocket onError(DatagramErrorCallback callback) {
        loop.checkThread();
        onError = Objects.requireNonNull(callback, "callback");
        return this;
    }

    @Override
    public DatagramSocket onClose(DatagramCallback callback) {
        loop.checkThread();
        onClose = Objects.requireNonNull(callback, "callback");
        return this;
    }

    // ---- state ----

    DatagramPort port() {
        return Objects.requireNonNull(port);
    }

    Destinations destinations() {
        return Objects.requireNonNull(destinations);
    }

    @Override
    public EventLoop loop() {
        return loop.user;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return peer;
    }

    @Override
    public int pendingSends() {
        loop.checkThread();
        return outbox.size();
    }

    @Override
    public long dropped() {
        return outbox.dropped();
    }

    @Override
    public DatagramSocket ref() {
        loop.checkThread();
        keepAlive(true);
        return this;
    }

    @Override
    public DatagramSocket unref() {
        loop.checkThread();
        keepAlive(false);
        return this;
    }

    @Override
    public HandleDescription describe() {
        InetSocketAddress there = peer;
        return HandleDescription.bound(Kind.DATAGRAM_SOCKET, Addresses.format(localAddress), there == null ? null : Addresses.format(there),
                isStillOpen(), inbox.isPaused(), outbox.waitingBytes(), isWanted());
    }

    @Override
    public String toString() {
        return describe().toString();
    }
}
