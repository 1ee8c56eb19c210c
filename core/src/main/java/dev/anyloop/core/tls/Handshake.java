package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.turn.IoTimeout;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Does what the engine wants next, which is to compute, to send or to be told something, until the connection is secure. */
final class Handshake {

    // set once
    private final TlsConnection connection;
    private final Outgoing outgoing;
    // until it is done
    private @Nullable TlsOptions options;
    private @Nullable HandshakeEvents events;
    private @Nullable IoTimeout deadline;
    // loop thread
    private boolean begun;
    private boolean computing; // elsewhere
    private boolean done;

    Handshake(TlsConnection connection, Outgoing outgoing, TlsOptions options, HandshakeEvents events) {
        this.connection = connection;
        this.outgoing = outgoing;
        this.options = options;
        this.events = events;
    }

    void begin() throws IOException {
        begun = true;
        TlsOptions options = Objects.requireNonNull(this.options);
        deadline = new IoTimeout(connection.tls.loop, LoopClock.nanos(options.handshakeTimeout()), () -> connection.fail(
                new TlsException(ErrorKind.TLS_HANDSHAKE, "not done within " + options.handshakeTimeout())));
        deadline.arm();
        SSLEngine engine = connection.engine;
        if (options.isServer()) {
            engine.beginHandshake();
        } else { // which makes keys
            compute(engine::beginHandshake);
        }
    }

    /** Does what the engine wants, up to where it wants to be told something. */
    void advance() throws IOException {
        while (!isBusy()) {
            HandshakeStatus wanted = connection.engine.getHandshakeStatus();
            if (wanted == HandshakeStatus.NEED_TASK) {
                compute(() -> { });
            } else if (wanted == HandshakeStatus.NEED_WRAP && !outgoing.isStuck()) {
                outgoing.wrapForEngine();
            } else {
                if (wanted == HandshakeStatus.NOT_HANDSHAKING && !done) {
                    finish();
                }
                return;
            }
        }
    }

    private void finish() {
        done = true;
        HandshakeEvents told = Objects.requireNonNull(events);
        end();
        connection.readOrNot();
        told.secured();
        connection.sendWhatWaits();
    }

    /** The connection has failed. If that is before this was done, whoever waits for it is told, and nobody else. */
    boolean refused(IOException failure) {
        HandshakeEvents told = events;
        end();
        if (told != null) {
            told.refused(failure);
        }
        return told != null;
    }

    /** Nobody waits for it any more. */
    void end() {
        events = null;
        options = null;
        if (deadline != null) {
            deadline.disarm();
            deadline = null;
        }
    }

    // ---- computing ----

    private interface Work {
        void run() throws SSLException;
    }

    /** One thing after the other, and nothing else meanwhile: what comes is kept (TLS-006). */
    private void compute(Work first) throws IOException {
        computing = true;
        connection.readOrNot();
        Executor executor = options == null ? null : options.executor();
        SSLEngine engine = connection.engine;
        Tls tls = connection.tls;
        tls.offload(executor, () -> {
            Throwable thrown = null;
            try {
                first.run();
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            } catch (Throwable t) { // whatever it is, it is this handshake's
                thrown = t;
            }
            Throwable failure = thrown;
            tls.loop.post(() -> tls.loop.defer(() -> computed(failure)));
        });
    }

    private void computed(@Nullable Throwable thrown) {
        computing = false;
        connection.computed(thrown);
    }

    // ---- state ----

    /** Whether the connection is secure. */
    boolean isDone() {
        return done;
    }

    /** Whether it is still to be done, and with a client of ours. */
    boolean isOfServer() {
        return options != null && options.isServer();
    }

    boolean hasBegun() {
        return begun;
    }

    /** Then the engine must not be asked anything: there is none yet, or it would answer when it has computed. */
    boolean isBusy() {
        return !begun || computing;
    }
}
