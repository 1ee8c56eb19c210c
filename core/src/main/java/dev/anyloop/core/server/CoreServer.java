package dev.anyloop.core.server;

import dev.anyloop.AcceptCallback;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.ServerCallback;
import dev.anyloop.ServerErrorCallback;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.description.HandleDescription;
import dev.anyloop.core.description.HandleDescription.Kind;
import dev.anyloop.core.flight.AcceptEvent;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.socket.Link;
import dev.anyloop.core.socket.Sockets;
import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Fifo;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Loop;
import dev.anyloop.core.turn.PortHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A listening server. When accepting fails it waits a little, longer each time, instead of spinning (LISTEN-009).
 */
public final class CoreServer extends PortHandle implements Server, AcceptorEvents {

    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    // set once
    private final Sockets sockets;
    private final Place place;
    private final AcceptCallback onAccept;
    private final ListenOptions options;
    private final Deadline retry = new Deadline() {
        @Override
        public void due() {
            if (isStillOpen() && !paused) {
                acceptor().resumeAccepting();
            }
        }
    };
    // set once, by open
    private @Nullable Acceptor acceptor;
    private volatile SocketAddress localAddress; // until then the one that was asked for
    // loop thread
    private final Fifo<Link> waiting = new Fifo<>();
    private final Handshakes handshakes = new Handshakes(this);
    private boolean paused;
    private long retryNanos = FIRST_RETRY_NANOS;
    private boolean doubted; // since the last connection: whether accepting failed for one only
    private @Nullable ServerErrorCallback onError;
    private @Nullable ServerCallback onClose;

    private CoreServer(Loop loop, Sockets sockets, SocketAddress local, AcceptCallback onAccept, ListenOptions options) {
        super(loop, loop.counters.servers);
        this.sockets = sockets;
        this.place = Place.of(local, sockets.files);
        this.localAddress = local;
        this.onAccept = onAccept;
        this.options = options;
    }

    /**
     * Binds and listens.
     *
     * @param host the address as the user wrote it
     * @throws NetworkException if that fails (LISTEN-002)
     */
    public static Server listen(
            Loop loop, Sockets sockets, String host, SocketAddress local, ListenOptions options, AcceptCallback onAccept) {
        CoreServer server = new CoreServer(loop, sockets, local, onAccept, options);
        loop.handles.add(server); // first: there may be no room, and then nobody could close the port
        boolean settled = false;
        try {
            server.open(server.place.bind(loop.transport, options, server));
            server.place.settle(options);
            Debug.prepareToWarn(); // no sooner: where not even this had a descriptor, it would harm what it is to help
            settled = true;
        } catch (IOException cause) {
            throw Failures.exception(cause, Operation.LISTEN, host, Addresses.port(local));
        } finally {
            if (server.acceptor == null) {
                loop.handles.remove(server);
            } else if (!settled) {
                server.closeNow();
            }
        }
        return server;
    }

    private void open(Acceptor opened) {
        acceptor = opened;
        localAddress = opened.localAddress();
        opened();
    }

    // ---- accepting ----

    @Override
    public ConnectionEvents accepted(Connection connection) {
        loop.told(this);
        TlsOptions tls = options.tls();
        Link link = sockets.accepted(connection, options.socket(), tls != null); // if it fails the engine still has the connection
        try {
            if (tls == null) {
                handOver(link);
            } else {
                handshakes.begin(link, tls);
            }
            retryNanos = FIRST_RETRY_NANOS;
            doubted = false;
        } catch (VirtualMachineError e) { // there is no memory for a callback, or no stack
            handshakes.forget(link);
            drop(link, e);
        }
        return link;
    }

    /** It is not the engine's any more, which is thrown nothing. */
    private void drop(Link link, VirtualMachineError error) {
        try {
            link.closeNow();
            acceptFailed(new EngineException(Operation.ACCEPT, error));
        } catch (VirtualMachineError another) {
            loop.keep(another);
        }
    }

    void handOver(Link link) {
        if (loop.isHalted()) {
            deliverLater(link);
        } else {
            deliver(link);
        }
    }

    private void deliverLater(Link link) {
        loop.defer(() -> deliver(link));
    }

    private void deliver(Link link) {
        if (!isStillOpen()) {
            link.closeNow(); // closed since it was accepted (LISTEN-003)
            return;
        } else if (paused) {
            waiting.add(link); // some engines have begun to accept when they are paused (LISTEN-012)
            return;
        }
        link.introduce();
        if (AcceptEvent.isWanted()) {
            loop.record(name -> AcceptEvent.accepted(name, Addresses.format(localAddress), link.describeEnds()));
        }
        loop.call("onAccept", this, () -> {
            try {
                onAccept.accepted(this, link.socket());
            } catch (Throwable thrown) {
                link.closeNow();
                throw thrown;
            }
        });
        link.begin();
    }

    @Override
    public void acceptFailed(IOException cause) {
        loop.told(this);
        NetworkException error = exception(cause);
        if (!isStillOpen() || retry.isQueued() || isOfOneConnection(cause, error.kind())) {
            return;
        }
        acceptor().pauseAccepting();
        boolean first = retryNanos == FIRST_RETRY_NANOS;
        loop.deadlines.add(retry, loop.clock.after(retryNanos));
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
        loop.defer(() -> report(error, first));
    }

    /** What befell one connection has gone with it; what comes again before the next one has not. */
    private boolean isOfOneConnection(IOException cause, ErrorKind kind) {
        if (doubted || !Failures.mayBeOfOneConnection(cause, kind)) {
            return Failures.isOfOneConnection(cause, kind);
        }
        doubted = true;
        return true;
    }

    private NetworkException exception(IOException cause) {
        return Failures.exception(cause, Operation.ACCEPT, Addresses.host(localAddress), Addresses.port(localAddress));
    }

    void report(NetworkException error, boolean first) {
        if (isStillOpen() && (first || onError != null)) {
            ServerErrorCallback callback = onError != null ? onError : CoreServer::log;
            loop.call("onError", this, () -> callback.failed(this, error));
        }
    }

    private static void log(Server server, NetworkException error) {
        Debug.warn("cannot accept, goes on: " + error.getMessage(), null);
    }

    @Override
    public Server pause() {
        loop.checkThread();
        if (isStillOpen() && !paused) {
            paused = true;
            acceptor().pauseAccepting();
        }
        return this;
    }

    @Override
    public Server resume() {
        loop.checkThread();
        if (isStillOpen() && paused) {
            paused = false;
            if (!retry.isQueued()) {
                acceptor().resumeAccepting();
            }
            Link link;
            while ((link = waiting.peek()) != null) {
                deliverLater(link);
                waiting.poll(); // not sooner: there may be no memory for it
            }
        }
        return this;
    }

    // ---- closing ----

    @Override
    protected void release() {
        loop.deadlines.remove(retry);
        Link link;
        while ((link = waiting.peek()) != null) {
            link.closeNow();
            waiting.poll();
        }
        handshakes.closeNow();
        place.leave();
    }

    @Override
    protected void freePort() {
        acceptor().close();
    }

    @Override
    protected void tellClosed() {
        ServerCallback callback = onClose;
        if (callback != null) {
            loop.call("onClose", this, () -> callback.run(this));
        }
    }

    // ---- state ----

    private Acceptor acceptor() {
        return Objects.requireNonNull(acceptor);
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public Server onError(ServerErrorCallback callback) {
        loop.checkThread();
        onError = Objects.requireNonNull(callback, "callback");
        return this;
    }

    @Override
    public Server onClose(ServerCallback callback) {
        loop.checkThread();
        onClose = Objects.requireNonNull(callback, "callback");
        return this;
    }

    @Override
    public EventLoop loop() {
        return loop.user;
    }

    @Override
    public Server ref() {
        loop.checkThread();
        keepAlive(true);
        return this;
    }

    @Override
    public Server unref() {
        loop.checkThread();
        keepAlive(false);
        return this;
    }

    @Override
    public HandleDescription describe() {
        return HandleDescription.bound(Kind.SERVER, Addresses.format(localAddress), null, isStillOpen(), paused, 0, isWanted());
    }

    @Override
    public String toString() {
        return describe().toString();
    }
}
