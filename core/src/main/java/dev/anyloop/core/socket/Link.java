package dev.anyloop.core.socket;

import static dev.anyloop.core.socket.LinkState.CLOSED;
import static dev.anyloop.core.socket.LinkState.CONNECTING;
import static dev.anyloop.core.socket.LinkState.FLUSHING;
import static dev.anyloop.core.socket.LinkState.LINGERING;
import static dev.anyloop.core.socket.LinkState.OPEN;
import static dev.anyloop.core.socket.LinkState.RELEASING;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.connect.Connectable;
import dev.anyloop.core.connect.Connecting;
import dev.anyloop.core.description.HandleDescription;
import dev.anyloop.core.description.HandleDescription.Kind;
import dev.anyloop.core.flight.CloseEvent;
import dev.anyloop.core.tls.HandshakeEvents;
import dev.anyloop.core.tls.Tls;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Gauge;
import dev.anyloop.core.turn.IoTimeout;
import dev.anyloop.core.turn.StackRoom;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What lies between a user's socket and the engine's connection: what happens to it in which {@link LinkState}, and how it
 * gets from one to the next. What comes in is the business of {@link Input}, what goes out of {@link Sender}. Longer than
 * other classes, because all events and transitions stand in one place.
 */
public abstract class Link extends Wire {

    // set once
    private final SocketOptions options;
    private final Input input;
    // loop thread
    private LinkState state;
    private SocketTimeouts timeouts = SocketTimeouts.NONE;
    private @Nullable Connecting connecting; // until all its attempts are over and gone, but the one that won
    private boolean introduced;
    private boolean closedByUser;
    private boolean reported;
    private @Nullable VirtualMachineError want; // of memory or stack, for what it was to be told
    private boolean disconnecting;
    private boolean finishing;
    private @Nullable NetworkException error; // while it is open: of its output, and told when all that came was

    /** On its way to a host. */
    Link(Sockets sockets, String host, int port, ConnectOptions options, Function<Connectable, Connecting> way) {
        super(sockets, host, port);
        this.options = options.socket();
        this.input = new Input(this);
        this.state = CONNECTING;
        this.connecting = way.apply(this);
        sockets.loop.handles.makeRoom();
        sockets.loop.handles.begin(this); // until start() returns; not later: what follows may fail
        register();
    }

    /** Accepted; if it is to be secured, it is still connecting. */
    Link(Sockets sockets, SocketOptions options, Connection connection, boolean insecure) {
        super(sockets, connection);
        this.options = options;
        this.input = new Input(this);
        this.state = insecure ? CONNECTING : OPEN;
        register();
        sockets.loop.handles.opened();
    }

    /** Last, when others may see it: {@code describe()} on another thread. */
    private void register() {
        sockets.loop.handles.add(this);
        state.count(sockets.loop.counters, 1);
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

    abstract void tellSecured(SocketCallback onSecure);

    abstract void tellEnded();

    abstract void tellDrained();

    abstract void tellFailed(NetworkException failure);

    abstract void tellClosed(@Nullable NetworkException failure);

    // ---- connecting ----

    final void start(ConnectOptions options) {
        timeouts().connecting(options.connectTimeout());
        Objects.requireNonNull(connecting).start();
        if (want == null) { // else it is still to fail
            sockets.loop.handles.done(this);
        }
    }

    @Override
    public void attach(Connection opened) {
        attach(opened, Objects.requireNonNull(connecting).tls());
    }

    @Override
    void opened() {
        watchConnecting(null);
        forgetAttempts();
        timeouts.connected();
        become(OPEN);
        rememberAddresses(connection());
        if (sockets.loop.isHalted()) {
            sockets.loop.defer(this::deliverConnect);
        } else {
            deliverConnect();
        }
    }

    private void watchConnecting(@Nullable NetworkException failure) {
        if (connecting != null) {
            connecting.watch(describeEnds(), failure);
        }
    }

    private void deliverConnect() {
        if (state == OPEN) {
            introduce();
            tellConnected();
            begin();
        }
    }

    /** An accepted connection begins to shake hands, before anybody knows of it. */
    public void secure(TlsOptions tls, Reception reception) {
        secure(tls, new HandshakeEvents() {
            @Override
            public void secured() {
                become(OPEN);
                reception.secured(Link.this);
            }

            @Override
            public void refused(IOException cause) {
                NetworkException failure = handshakeException(Operation.ACCEPT, cause);
                boolean unheard = Tls.isUnheard(cause);
                sockets.loop.defer(() -> reception.refused(Link.this, failure, unheard));
                release();
            }
        }).connected();
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
        if (state == OPEN) {
            try {
                flushFirst();
                input.start();
                timeouts.armRead();
            } catch (VirtualMachineError e) {
                starved(e);
            }
        }
    }

    /** The handshake of {@link StartTls} came to nothing. */
    void notSecured(IOException cause) {
        fail(error != null ? error : handshakeException(Operation.SECURE, cause));
    }

    // ---- input ----

    @Override
    public void arrived(ByteBuffer bytes) {
        sockets.loop.counters.bytesIn.add(bytes.remaining());
        timeouts.received();
        try {
            input.received(bytes);
        } catch (VirtualMachineError e) { // not of a callback's
            starved(e);
        }
    }

    /** There is no memory to read, or no stack: nobody else shall pay for it (RES-008). */
    private void starved(VirtualMachineError thrown) {
        inputFailed(new EngineException(Operation.READ, thrown));
    }

    @Override
    public void ended() {
        timeouts.disarmRead(); // it may have to wait for its turn
        input.ended();
    }

    /** Who has closed does not care how the peer ends. */
    @Override
    public void truncated(IOException cause) {
        if (state == OPEN) {
            broke(cause);
        } else {
            ended();
        }
    }

    /** It is the end's turn to be delivered. */
    void endReached() {
        if (state == LINGERING) {
            release();
        } else if (state == OPEN && error != null) {
            fail(error); // a reset is never reported as an end (READ-005)
        } else if (isConnected()) {
            tellEnded();
            if (isShut()) {
                if (hasSaidEnd()) {
                    release();
                }
            } else if (state == OPEN && !options.allowHalfOpen()) {
                closeGently();
            }
        }
    }

    @Override
    public void broke(IOException cause) {
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

    @Override
    final Output takeOutput() {
        return sockets.takeOutput(this);
    }

    void drainLater() {
        sockets.loop.defer(() -> {
            if (state == OPEN) {
                tellDrained();
            }
        });
    }

    @Override
    public void sent(int count) {
        wereWritten(count);
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
        if (state == FLUSHING && hasSaidEnd()) {
            linger();
        } else if (state == OPEN && isEnding()) {
            if (!input.hasEnded()) {
                shutOutput();
            } else if (hasSaidEnd()) {
                release();
            }
        }
    }

    @Override
    public void endSent() {
        if (pending() == 0) {
            outputFlushed();
        }
    }

    @Override
    public void sendingFailed(IOException cause) {
        output().failed(cause);
    }

    /** Reported once nothing more comes of what the peer sent before it went away (READ-005). */
    void writeFailed(IOException cause) {
        NetworkException failure = exception(Operation.WRITE, cause);
        if (state != OPEN || input.isPaused() || (input.isOver() && !input.isHolding())) {
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
        fail(timeout(kind, operation, new SocketTimeoutException(words)));
    }

    void connectTimedOut(String words) {
        SocketTimeoutException cause = new SocketTimeoutException(words);
        IOException before = connecting == null ? null : connecting.failure();
        if (before != null) {
            cause.addSuppressed(before);
        }
        fail(timeout(ErrorKind.CONNECT_TIMEOUT, Operation.CONNECT, cause));
    }

    // ---- closing ----

    /** By the user, who then hears of no error any more (CLOSE-004). */
    final void closeByUser() {
        requireStack();
        closeGently();
        closedByUser = true; // not sooner: there may be no memory to close it gently
    }

    /** What is closed in part is closed by nobody any more, and would keep the loop running. */
    private void requireStack() {
        if (!state.isOver()) {
            StackRoom.require();
        }
    }

    /** By the user, whom then not even the close callback tells of one, unless it was told before. */
    final void abortByUser() {
        requireStack();
        closedByUser = true;
        if (!reported) {
            error = null;
        }
        release();
    }

    @Override
    public void closeGently() {
        if (state == CONNECTING) {
            release();
        } else if (state == OPEN) {
            Output last = output(); // what there may be no memory for comes first
            IoTimeout limit = timeouts().toClose(options.closeTimeout());
            NetworkException outputError = error;
            error = null; // of interest only if bytes are lost by it
            become(FLUSHING);
            timeouts().closing(limit);
            if (outputError != null) {
                fail(outputError);
            } else {
                last.flushLater();
                input.discard();
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
        become(LINGERING);
        sockets.loop.watch(new Lingering(this));
    }

    @Override
    public void takeLeave() {
        if (state == OPEN && error == null && pending() == 0) {
            hasSaidEnd();
        }
    }

    @Override
    public void closeNow() {
        if (state == OPEN) {
            error = null;
        }
        release();
    }

    // ---- failing and releasing ----

    @Override
    public void connectFailed(IOException cause) {
        fail(exception(Operation.CONNECT, cause));
    }

    @Override
    final void handshakeFailed(IOException cause) {
        fail(handshakeException(Operation.CONNECT, cause));
    }

    /** Reported to the user; or if the user has closed, only to the close callback, and only if bytes were lost. */
    private void fail(NetworkException failure) {
        if (isUsable()) {
            if (state == CONNECTING) {
                watchConnecting(failure);
            }
            error = failure;
            sockets.loop.defer(this::reportError);
        } else if (state == FLUSHING && pending() > 0) {
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

    /** Gives the engine's handles back and waits until they are gone. */
    void release() {
        if (!state.isOver()) {
            become(RELEASING);
            letGo();
        }
    }

    @Override
    protected final void seeThrough() {
        if (state == RELEASING) {
            letGo();
        } else if (want == null) {
            closeNow(); // nobody has it: the call that made it did not return
        } else {
            Operation operation = state == CONNECTING ? Operation.CONNECT : Operation.READ;
            fail(exception(operation, new EngineException(operation, want)));
        }
    }

    /** In the next turn it fails, or goes on to be released: where this was met there is too little for that. */
    @Override
    public final void ranOut(VirtualMachineError error) {
        want = error;
        sockets.loop.handles.begin(this);
    }

    /** If there is no memory for all of it, this runs once more: nothing that is done already is done twice. */
    private void letGo() {
        sockets.loop.handles.begin(this);
        timeouts.end();
        discardOutput(error);
        if (connecting != null) {
            connecting.giveUp();
            forgetAttempts();
        }
        if (hasConnection() && !disconnecting) {
            disconnecting = true; // this once, whether it fails or not
            connection().close();
        }
        finishIfReleased();
    }

    @Override
    public void gone() {
        sockets.loop.handles.released();
        forgetConnection();
        outputReleased();
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
        if (state == RELEASING) { // else it may be still to fail
            sockets.loop.handles.begin(this);
            if (connecting == null && !hasConnection() && !finishing) {
                sockets.loop.defer(new LastCompletions(this));
                finishing = true;
            }
            sockets.loop.handles.done(this);
        }
    }

    /** Nothing more is told but this. */
    void finish() {
        if (state != CLOSED) { // else there was no memory to tell it
            become(CLOSED);
            forgetSession();
            giveOutput();
            sockets.loop.handles.remove(this);
            if (CloseEvent.isWanted()) {
                sockets.loop.record(name -> CloseEvent.closed(name, describeEnds(), closedByUser, error));
            }
        }
        tellClosed(error);
    }

    // ---- state ----

    /** The deepest call comes first: who has no stack for it has changed nothing. */
    private void become(LinkState next) {
        if (!next.isUsable()) {
            closing();
        }
        state.count(sockets.loop.counters, -1);
        state = next;
        next.count(sockets.loop.counters, 1);
    }

    @Override
    final boolean isUsable() {
        return state.isUsable();
    }

    /** To set one; most sockets never have any. */
    SocketTimeouts timeouts() {
        if (timeouts == SocketTimeouts.NONE) {
            timeouts = new SocketTimeouts(this, sockets.loop);
        }
        return timeouts;
    }

    Input input() {
        return input;
    }

    SocketOptions options() {
        return options;
    }

    /** Connected, and neither closed by the user nor about to fail, after which nothing may be told: data is delivered. */
    boolean isConnected() {
        return state == OPEN && want == null;
    }

    /** All is sent, and what still comes is read away. */
    boolean isLingering() {
        return state == LINGERING;
    }

    /** Whether bytes can come and would be delivered. */
    boolean isReceiving() {
        return state == OPEN && input.isFlowing();
    }

    /** Whether the connection takes bytes. */
    boolean canSend() {
        return (state == OPEN && introduced && error == null) || state == FLUSHING;
    }

    /** Whether bytes wait for the kernel to take them. */
    boolean isSending() {
        return state == OPEN && pending() > 0;
    }

    @Override
    public HandleDescription describe() {
        return new HandleDescription(Kind.SOCKET, describeLocal(), describePeer(), state.name().toLowerCase(Locale.ROOT),
                input.isPaused(), input.hasEnded(), pendingSeen(), isWanted());
    }
}
