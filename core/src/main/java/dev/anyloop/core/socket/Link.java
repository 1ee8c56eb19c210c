package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.connect.Connectable;
import dev.anyloop.core.connect.Connecting;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Gauge;
import dev.anyloop.core.turn.Handle;
import dev.anyloop.core.turn.Unflushed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What lies between a user's socket and the engine's connection: where it stands, and how it gets from one state to the
 * next. What comes in is the business of {@link Input}, what goes out of {@link Output}. Longer than other classes, because
 * all transitions stand in one place.
 *
 * <pre>
 *  CONNECTING ──connected──▶ OPEN ──close()──▶ FLUSHING ──all sent──▶ LINGERING
 *      │                      │                    │                      │ peer silent or ended
 *      │ close() abort()      │ abort()            │ abort()              │ abort()
 *      │ fail                 │ fail, both ended   │ fail, peer had ended │ fail
 *      ▼                      ▼                    ▼                      ▼
 *  RELEASING ◀────────────────┴────────────────────┴──────────────────────┘
 *      │ the engine's handle is gone
 *      ▼
 *   CLOSED ──▶ onClose
 * </pre>
 */
public abstract class Link extends Handle implements Connectable, Unflushed {

    private static final int MOST_WAITS = 50; // fewer than a closing loop waits for releases

    private enum State { CONNECTING, OPEN, FLUSHING, LINGERING, RELEASING, CLOSED }

    /** Where it was asked to connect to; of an accepted socket there is none. */
    private record Destination(String host, int port) {}

    // set once
    final Sockets sockets;
    private final SocketOptions options;
    private final Input input;
    private final @Nullable Destination destination;
    // set once, by the loop thread, when connected; any thread reads
    private volatile @Nullable SocketAddress localAddress;
    private volatile @Nullable SocketAddress remoteAddress;
    // loop thread
    private State state;
    private SocketTimeouts timeouts = SocketTimeouts.NONE;
    private @Nullable Connecting connecting; // until all its attempts are over and gone, but the one that won
    private @Nullable Connection connection;
    private @Nullable Output output; // while there is something to send
    private boolean introduced;
    private boolean outputEnding;
    private boolean outputShut;
    private boolean closedByUser;
    private boolean reported;
    private byte waits;
    private int completing;
    private @Nullable NetworkException error; // while it is open: of its output, and told when all that came was

    /** On its way to a host. */
    Link(Sockets sockets, String host, int port, ConnectOptions options) {
        this.sockets = sockets;
        this.options = options.socket();
        this.input = new Input(this);
        this.destination = new Destination(host, port);
        this.state = State.CONNECTING;
        this.connecting = new Connecting(sockets.loop, sockets.lookup, port, options, this);
        register();
    }

    /** Accepted. */
    Link(Sockets sockets, SocketOptions options, Connection connection) {
        this.sockets = sockets;
        this.options = options;
        this.input = new Input(this);
        this.destination = null;
        this.state = State.OPEN;
        rememberAddresses(connection);
        register();
        attach(connection);
        sockets.loop.handles.opened();
    }

    /** Last, when others may see it: {@code describe()} on another thread. */
    private void register() {
        sockets.loop.handles.add(this);
        count(state, 1);
        Debug.made(this);
    }

    @Override
    protected final Gauge counter() {
        return sockets.loop.handles.alive;
    }

    // ---- the user's side ----

    /** As the user knows it. */
    public abstract Socket socket();

    abstract void tellConnected();

    abstract void tellEnded();

    abstract void tellDrained();

    abstract void tellFailed(NetworkException failure);

    abstract void tellClosed(@Nullable NetworkException failure);

    abstract void complete(CompletionCallback callback, @Nullable NetworkException failure);

    // ---- connecting ----

    final void start(ConnectOptions options, Consumer<Connecting> way) {
        sockets.loop.handles.making(this);
        timeouts().connecting(options.connectTimeout());
        way.accept(Objects.requireNonNull(connecting));
        sockets.loop.handles.made();
    }

    @Override
    public void attach(Connection opened) {
        connection = opened;
    }

    @Override
    public void connected() {
        sockets.loop.told(this);
        forgetAttempts();
        timeouts.connected();
        rememberAddresses(connection());
        become(State.OPEN);
        if (sockets.loop.isHalted()) {
            sockets.loop.defer(this::deliverConnect);
        } else {
            deliverConnect();
        }
    }

    private void rememberAddresses(Connection connected) {
        localAddress = connected.localAddress();
        remoteAddress = connected.remoteAddress();
    }

    private void deliverConnect() {
        if (state == State.OPEN) {
            introduce();
            tellConnected();
            begin();
        }
    }

    /** The connect or accept callback comes now; nothing that happens to the connection may come before it (CONN-013). */
    public void introduce() {
        introduced = true;
    }

    boolean isIntroduced() {
        return introduced;
    }

    /** The connect or accept callback has run: what was written goes out (CONN-011), and bytes may come in. */
    public void begin() {
        if (state == State.OPEN) {
            if (output != null || outputEnding) {
                output().flushLater();
            }
            input.start();
            timeouts.armRead();
        }
    }

    // ---- input ----

    @Override
    public void received(ByteBuffer bytes) {
        sockets.loop.told(this);
        sockets.loop.counters.bytesIn.add(bytes.remaining());
        timeouts.received();
        input.received(bytes);
    }

    @Override
    public void inputEnded() {
        sockets.loop.told(this);
        timeouts.disarmRead(); // it may have to wait for its turn
        input.ended();
    }

    /** It is the end's turn to be delivered. */
    void endReached() {
        if (state == State.LINGERING) {
            release();
        } else if (state == State.OPEN && error != null) {
            fail(error); // a reset is never reported as an end (READ-005)
        } else if (state == State.OPEN) {
            tellEnded();
            if (outputShut) {
                release();
            } else if (state == State.OPEN && !options.allowHalfOpen()) {
                closeGently();
            }
        }
    }

    @Override
    public void failed(IOException cause) {
        sockets.loop.told(this);
        timeouts.disarmRead();
        input.failed(cause);
        if (isSending() && input.isPaused()) {
            output().failed(cause); // whoever waits for what was written would wait for ever (WRITE-005)
        }
    }

    /** It is the failure's turn to be delivered. */
    void inputFailed(IOException cause) {
        fail(error != null ? error : exception(Operation.READ, cause));
    }

    final void pauseInput() {
        if (isUsable() && !input.isPaused()) {
            input.pause();
            timeouts.disarmRead();
            if (error != null) {
                fail(error);
            }
        }
    }

    final void resumeInput() {
        if (isUsable() && input.isPaused()) {
            input.resume();
            timeouts.armRead();
        }
    }

    // ---- output ----

    final boolean send(ByteBuffer bytes, @Nullable CompletionCallback done) {
        boolean more = false;
        if (takesOutput()) {
            more = output().write(bytes, done);
        } else {
            bytes.position(bytes.limit());
            if (done != null) {
                output().refuse(done);
            }
        }
        returnOutput();
        return more;
    }

    final boolean send(byte[] bytes) {
        boolean more = takesOutput() && output().write(bytes);
        returnOutput();
        return more;
    }

    final void endOutput() {
        if (takesOutput()) {
            Output last = output(); // first: there may be no memory for it
            outputEnding = true;
            last.flushLater();
        }
    }

    private boolean takesOutput() {
        return isUsable() && !outputEnding;
    }

    @Override
    public final void flushQueued() {
        if (output != null) {
            output.flushQueued();
            returnOutput();
        }
    }

    private Output output() {
        if (output == null) {
            output = sockets.takeOutput(this);
        }
        return output;
    }

    /** When something has been done with it, and not sooner. */
    private void returnOutput() {
        if (output != null && output.isIdle()) {
            giveOutput();
        }
    }

    private void giveOutput() {
        if (output != null) {
            sockets.giveOutput(output);
            output = null;
        }
    }

    final long pending() {
        return output == null ? 0 : output.pending();
    }

    void completeLater(CompletionCallback callback, @Nullable NetworkException why) {
        completing++;
        sockets.loop.defer(() -> {
            completing--;
            complete(callback, why);
        });
    }

    void drainLater() {
        sockets.loop.defer(() -> {
            if (state == State.OPEN) {
                tellDrained();
            }
        });
    }

    @Override
    public void written(int count) {
        sockets.loop.told(this);
        output().written(count);
        returnOutput();
    }

    void outputMoved(int count) {
        sockets.loop.counters.bytesOut.add(count);
        timeouts.sent();
    }

    void outputStalled() {
        timeouts.armWrite();
    }

    /** Nothing is left to send. */
    void outputFlushed() {
        timeouts.disarmWrite();
        if (state == State.FLUSHING) {
            linger();
        } else if (state == State.OPEN && outputEnding) {
            if (input.hasEnded()) {
                release();
            } else {
                shutOutput();
            }
        }
    }

    private void shutOutput() {
        if (!outputShut) {
            outputShut = true;
            connection().shutdownOutput();
        }
    }

    @Override
    public void outputFailed(IOException cause) {
        sockets.loop.told(this);
        output().failed(cause);
    }

    /** Reported once nothing more comes of what the peer sent before it went away (READ-005). */
    void writeFailed(IOException cause) {
        NetworkException failure = exception(Operation.WRITE, cause);
        if (state != State.OPEN || input.isPaused() || (input.isOver() && !input.isHolding())) {
            fail(failure);
        } else {
            error = failure;
            sockets.loop.watch(new LastBytes(this));
        }
    }

    void failOutput() {
        fail(Objects.requireNonNull(error));
    }

    void timedOut(Operation operation, ErrorKind kind, String words) {
        fail(new NetworkException(kind, operation, host(), port(), new SocketTimeoutException(words)));
    }

    void connectTimedOut(String words) {
        SocketTimeoutException cause = new SocketTimeoutException(words);
        IOException before = Objects.requireNonNull(connecting).failure();
        if (before != null) {
            cause.addSuppressed(before);
        }
        fail(new NetworkException(ErrorKind.CONNECT_TIMEOUT, Operation.CONNECT, host(), port(), cause));
    }

    // ---- closing ----

    /** By the user, who then hears of no error any more (CLOSE-004). */
    final void closeByUser() {
        closedByUser = true;
        closeGently();
    }

    /** By the user, whom then not even the close callback tells of one, unless it was told before. */
    final void abortByUser() {
        closedByUser = true;
        if (!reported) {
            error = null;
        }
        release();
    }

    @Override
    public void closeGently() {
        if (state == State.CONNECTING) {
            release();
        } else if (state == State.OPEN) {
            Output last = output(); // first: there may be no memory for it
            NetworkException outputError = error;
            error = null; // of interest only if bytes are lost by it
            become(State.FLUSHING);
            timeouts().closing(options.closeTimeout());
            if (outputError != null) {
                fail(outputError);
            } else {
                input.discard();
                last.flushLater();
            }
        }
    }

    /** All is sent, and the end after it, unless the peer has ended too. */
    private void linger() {
        if (input.hasEnded()) {
            release();
            return;
        }
        shutOutput();
        become(State.LINGERING);
        sockets.loop.watch(new Lingering(this));
    }

    @Override
    public void closeNow() {
        if (state == State.OPEN) {
            error = null;
        }
        release();
    }

    // ---- failing and releasing ----

    @Override
    public void connectFailed(IOException cause) {
        fail(exception(Operation.CONNECT, cause));
    }

    /** Reported to the user; or if the user has closed, only to the close callback, and only if bytes were lost. */
    private void fail(NetworkException failure) {
        if (isUsable()) {
            error = failure;
            sockets.loop.defer(this::reportError);
        } else if (state == State.FLUSHING && pending() > 0) {
            error = failure;
        }
        release();
    }

    /** None follows once the user has closed, even if it is on its way (CLOSE-004). */
    private void reportError() {
        if (!closedByUser) {
            reported = true;
            tellFailed(Objects.requireNonNull(error));
        }
    }

    private NetworkException exception(Operation operation, IOException cause) {
        return Failures.exception(cause, operation, host(), port());
    }

    NetworkException closedError() {
        return exception(Operation.WRITE, new ClosedChannelException());
    }

    /** Gives the engine's handles back and waits until they are gone. */
    void release() {
        if (state == State.RELEASING || state == State.CLOSED) {
            return;
        }
        become(State.RELEASING);
        timeouts.end();
        if (output != null) {
            output.discard(error);
        }
        if (connecting != null) {
            connecting.giveUp();
            forgetAttempts();
        }
        if (connection != null) {
            connection.close();
        }
        finishIfReleased();
    }

    @Override
    public void closed() {
        sockets.loop.handles.released();
        connection = null;
        if (output != null) {
            output.released();
        }
        finishIfReleased();
    }

    @Override
    public void attemptsReleased() {
        forgetAttempts();
        finishIfReleased();
    }

    /** Those that are on their way out are waited for, like the connection itself (CLOSE-006). */
    private void forgetAttempts() {
        if (connecting != null && connecting.isReleased()) {
            connecting = null;
        }
    }

    private void finishIfReleased() {
        if (state == State.RELEASING && connecting == null && connection == null) {
            sockets.loop.defer(this::finish);
        }
    }

    private void finish() {
        if (completing > 0 && waits < MOST_WAITS) { // of a write made since, for example in the error callback (WRITE-004)
            waits++; // a completion that always writes again would put the end off for ever (WRITE-006)
            sockets.loop.defer(this::finish);
            return;
        }
        become(State.CLOSED);
        giveOutput();
        sockets.loop.handles.remove(this);
        tellClosed(error);
    }

    // ---- state ----

    private void become(State next) {
        count(state, -1);
        state = next;
        count(next, 1);
    }

    private void count(State which, int change) {
        switch (which) {
            case CONNECTING -> sockets.loop.counters.connectingSockets.add(change);
            case OPEN -> sockets.loop.counters.openSockets.add(change);
            case FLUSHING, LINGERING, RELEASING -> sockets.loop.counters.closingSockets.add(change);
            case CLOSED -> { }
        }
    }

    /** Connecting or open, as the user sees it. */
    final boolean isUsable() {
        return state == State.CONNECTING || state == State.OPEN;
    }

    Connection connection() {
        return Objects.requireNonNull(connection);
    }

    /** To set one; most sockets never have any. */
    SocketTimeouts timeouts() {
        if (timeouts == SocketTimeouts.NONE) {
            timeouts = new SocketTimeouts(this, sockets.loop);
        }
        return timeouts;
    }

    public final @Nullable SocketAddress localAddress() {
        return localAddress;
    }

    public final @Nullable SocketAddress remoteAddress() {
        return remoteAddress;
    }

    Input input() {
        return input;
    }

    SocketOptions options() {
        return options;
    }

    /** Connected, and not closed by the user: data is delivered. */
    boolean isConnected() {
        return state == State.OPEN;
    }

    /** All is sent, and what still comes is read away. */
    boolean isLingering() {
        return state == State.LINGERING;
    }

    /** Whether bytes can come and would be delivered. */
    boolean isReceiving() {
        return state == State.OPEN && input.isFlowing();
    }

    /** Whether the connection takes bytes. */
    boolean canSend() {
        return (state == State.OPEN && introduced && error == null) || state == State.FLUSHING;
    }

    /** Whether bytes wait for the kernel to take them. */
    boolean isSending() {
        return state == State.OPEN && pending() > 0;
    }

    private String host() {
        return destination != null ? destination.host
                : remoteAddress instanceof InetSocketAddress inet ? Addresses.host(inet) : "null";
    }

    private int port() {
        return destination != null ? destination.port
                : remoteAddress instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    @Override
    public String describe() {
        String peer = Addresses.format(host(), port());
        String local = localAddress == null ? "" : " from " + Addresses.format(localAddress);
        Output sending = output;
        long pending = sending == null ? 0 : sending.pendingOf(this);
        return "socket to " + peer + local + ": " + state.name().toLowerCase(Locale.ROOT)
                + (input.isPaused() ? ", paused" : "") + (input.hasEnded() ? ", peer has ended" : "")
                + (pending > 0 ? ", " + pending + " bytes pending" : "");
    }
}
