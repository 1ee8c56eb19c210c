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
import dev.anyloop.core.connect.Lookup;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Handle;
import dev.anyloop.core.turn.Loop;
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
public final class Link extends Handle implements Connectable {

    private static final int MOST_WAITS = 50; // fewer than a closing loop waits for releases

    private enum State { CONNECTING, OPEN, FLUSHING, LINGERING, RELEASING, CLOSED }

    // set once
    final Loop loop;
    private final SocketOptions options;
    private final Input input;
    private final Output output;
    private final CoreSocket socket;
    private final @Nullable Throwable created = Debug.creation();
    // set once, by the loop thread, when connected; any thread reads
    private volatile @Nullable SocketAddress localAddress;
    private volatile @Nullable SocketAddress remoteAddress;
    // loop thread
    private State state;
    private SocketTimeouts timeouts = SocketTimeouts.NONE;
    private @Nullable String host;
    private int port;
    private @Nullable Connecting connecting; // until all its attempts are over and gone, but the one that won
    private @Nullable Connection connection;
    private boolean outputShut;
    private boolean closedByUser;
    private boolean reported;
    private boolean introduced;
    private byte waits;
    private int completing;
    private @Nullable NetworkException outputError;
    private @Nullable NetworkException error;

    /** On its way to a host. */
    private Link(Loop loop, Lookup lookup, String host, int port, ConnectOptions options) {
        this(loop, options.socket(), State.CONNECTING);
        this.host = host;
        this.port = port;
        this.connecting = new Connecting(loop, lookup, port, options, this);
        register();
    }

    /** Accepted. */
    public Link(Loop loop, SocketOptions options, Connection connection) {
        this(loop, options, State.OPEN);
        rememberAddresses(connection);
        register();
        attach(connection);
        loop.handles.opened();
    }

    private Link(Loop loop, SocketOptions options, State state) {
        super(loop.handles.alive);
        this.loop = loop;
        this.options = options;
        this.input = new Input(this);
        this.output = new Output(this);
        this.socket = new CoreSocket(this, loop);
        this.state = state;
    }

    /** Last, when others may see it: {@code describe()} on another thread. */
    private void register() {
        loop.handles.add(this);
        count(state, 1);
    }

    // ---- connecting ----

    public static Socket connect(Loop loop, Lookup lookup, String host, int port, ConnectOptions options) {
        return new Link(loop, lookup, host, port, options).start(options, connecting -> connecting.start(host));
    }

    public static Socket connect(Loop loop, Lookup lookup, InetSocketAddress address, ConnectOptions options) {
        return new Link(loop, lookup, Addresses.host(address), address.getPort(), options)
                .start(options, connecting -> connecting.start(address.getAddress()));
    }

    private Socket start(ConnectOptions options, Consumer<Connecting> way) {
        loop.handles.making(this);
        timeouts().connecting(options.connectTimeout());
        way.accept(Objects.requireNonNull(connecting));
        loop.handles.made();
        return socket;
    }

    @Override
    public void attach(Connection opened) {
        connection = opened;
    }

    @Override
    public void connected() {
        loop.told(this);
        forgetAttempts();
        timeouts.connected();
        rememberAddresses(connection());
        become(State.OPEN);
        if (loop.isHalted()) {
            loop.defer(this::deliverConnect);
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
            socket.connected();
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
            output.flushLater();
            input.start();
            timeouts.armRead();
        }
    }

    // ---- input ----

    @Override
    public void received(ByteBuffer bytes) {
        loop.told(this);
        loop.counters.bytesIn.add(bytes.remaining());
        timeouts.received();
        input.received(bytes);
    }

    @Override
    public void inputEnded() {
        loop.told(this);
        timeouts.disarmRead(); // it may have to wait for its turn
        input.ended();
    }

    /** It is the end's turn to be delivered. */
    void endReached() {
        if (state == State.LINGERING) {
            release();
        } else if (state == State.OPEN && outputError != null) {
            fail(outputError); // a reset is never reported as an end (READ-005)
        } else if (state == State.OPEN) {
            socket.ended();
            if (outputShut) {
                release();
            } else if (state == State.OPEN && !options.allowHalfOpen()) {
                closeGently();
            }
        }
    }

    @Override
    public void failed(IOException cause) {
        loop.told(this);
        timeouts.disarmRead();
        input.failed(cause);
        if (isSending() && input.isPaused()) {
            output.failed(cause); // whoever waits for what was written would wait for ever (WRITE-005)
        }
    }

    /** It is the failure's turn to be delivered. */
    void inputFailed(IOException cause) {
        fail(outputError != null ? outputError : exception(Operation.READ, cause));
    }

    void pause() {
        if (isOpen() && !input.isPaused()) {
            input.pause();
            timeouts.disarmRead();
            if (outputError != null) {
                fail(outputError);
            }
        }
    }

    void resume() {
        if (isOpen() && input.isPaused()) {
            input.resume();
            timeouts.armRead();
        }
    }

    // ---- output ----

    void completeLater(CompletionCallback callback, @Nullable NetworkException why) {
        completing++;
        loop.defer(() -> {
            completing--;
            socket.completed(callback, why);
        });
    }

    void drainLater() {
        loop.defer(() -> {
            if (state == State.OPEN) {
                socket.drained();
            }
        });
    }

    @Override
    public void written(int count) {
        loop.told(this);
        output.written(count);
    }

    void outputMoved() {
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
        } else if (state == State.OPEN && output.isEnding()) {
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
        loop.told(this);
        output.failed(cause);
    }

    /** Reported once nothing more comes of what the peer sent before it went away (READ-005). */
    void writeFailed(IOException cause) {
        NetworkException failure = exception(Operation.WRITE, cause);
        if (state != State.OPEN || input.isPaused() || (input.isOver() && !input.isHolding())) {
            fail(failure);
        } else {
            outputError = failure;
            loop.watch(new LastBytes(this));
        }
    }

    void failOutput() {
        fail(Objects.requireNonNull(outputError));
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

    void end() {
        if (isOpen() && !output.isEnding()) {
            output.end();
        }
    }

    // ---- closing ----

    /** By the user, who then hears of no error any more (CLOSE-004). */
    void close() {
        closedByUser = true;
        closeGently();
    }

    /** By the user, whom then not even the close callback tells of one, unless it was told before. */
    void abort() {
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
            become(State.FLUSHING);
            timeouts().closing(options.closeTimeout());
            if (outputError != null) {
                fail(outputError);
            } else {
                input.discard();
                output.flushLater();
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
        loop.watch(new Lingering(this));
    }

    @Override
    public void closeNow() {
        release();
    }

    @Override
    public void reportOpen() {
        Debug.warn("still open when its loop closes: " + describe(), created);
    }

    // ---- failing and releasing ----

    @Override
    public void connectFailed(IOException cause) {
        fail(exception(Operation.CONNECT, cause));
    }

    /** Reported to the user; or if the user has closed, only to the close callback, and only if bytes were lost. */
    private void fail(NetworkException failure) {
        if (isOpen()) {
            error = failure;
            loop.defer(this::reportError);
        } else if (state == State.FLUSHING && output.pending() > 0) {
            error = failure;
        }
        release();
    }

    /** None follows once the user has closed, even if it is on its way (CLOSE-004). */
    private void reportError() {
        if (!closedByUser) {
            reported = true;
            socket.failed(Objects.requireNonNull(error));
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
        output.discard(error);
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
        loop.handles.released();
        connection = null;
        output.released();
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
            loop.defer(this::finish);
        }
    }

    private void finish() {
        if (completing > 0 && waits < MOST_WAITS) { // of a write made since, for example in the error callback (WRITE-004)
            waits++; // a completion that always writes again would put the end off for ever (WRITE-006)
            loop.defer(this::finish);
            return;
        }
        become(State.CLOSED);
        loop.handles.remove(this);
        socket.closed(error);
    }

    // ---- state ----

    private void become(State next) {
        count(state, -1);
        state = next;
        count(next, 1);
    }

    private void count(State which, int change) {
        switch (which) {
            case CONNECTING -> loop.counters.connectingSockets.add(change);
            case OPEN -> loop.counters.openSockets.add(change);
            case FLUSHING, LINGERING, RELEASING -> loop.counters.closingSockets.add(change);
            case CLOSED -> { }
        }
    }

    /** Connecting or open, as the user sees it. */
    boolean isOpen() {
        return state == State.CONNECTING || state == State.OPEN;
    }

    Connection connection() {
        return Objects.requireNonNull(connection);
    }

    public Socket socket() {
        return socket;
    }

    /** To set one; most sockets never have any. */
    SocketTimeouts timeouts() {
        if (timeouts == SocketTimeouts.NONE) {
            timeouts = new SocketTimeouts(this, loop);
        }
        return timeouts;
    }

    @Nullable SocketAddress localAddress() {
        return localAddress;
    }

    @Nullable SocketAddress remoteAddress() {
        return remoteAddress;
    }

    Input input() {
        return input;
    }

    Output output() {
        return output;
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
        return (state == State.OPEN && introduced) || state == State.FLUSHING;
    }

    /** Whether bytes wait for the kernel to take them. */
    boolean isSending() {
        return state == State.OPEN && output.pending() > 0;
    }

    private String host() {
        return host == null && remoteAddress instanceof InetSocketAddress inet ? Addresses.host(inet) : String.valueOf(host);
    }

    private int port() {
        return host == null && remoteAddress instanceof InetSocketAddress inet ? inet.getPort() : port;
    }

    @Override
    public String describe() {
        String peer = Addresses.format(host(), port());
        String local = localAddress == null ? "" : " from " + Addresses.format(localAddress);
        return "socket to " + peer + local + ": " + state.name().toLowerCase(Locale.ROOT)
                + (input.isPaused() ? ", paused" : "") + (input.hasEnded() ? ", peer has ended" : "")
                + (output.pending() > 0 ? ", " + output.pending() + " bytes pending" : "");
    }
}
