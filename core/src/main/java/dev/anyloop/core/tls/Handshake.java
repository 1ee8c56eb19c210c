package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.net.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engine, and does what it wants next, which is to compute, to send or to be told something, until the connection is
 * secure.
 */
final class Handshake {

    // set once
    private final TlsConnection connection;
    private final Outgoing outgoing;
    // until it is done
    private @Nullable Engines engines;
    private @Nullable HandshakeEvents events;
    private @Nullable HandshakeDeadline deadline;
    private @Nullable ClientHello hello; // by which the context is chosen, and until it is there as a whole
    private volatile boolean givenUp; // or its connection is over: nothing needs to be computed
    // loop thread
    private boolean begun;
    private boolean computing; // elsewhere
    private boolean done;

    Handshake(TlsConnection connection, Outgoing outgoing, Engines engines, HandshakeEvents events) {
        this.connection = connection;
        this.outgoing = outgoing;
        this.engines = engines;
        this.events = events;
    }

    void begin() throws IOException {
        begun = true;
        Engines making = Objects.requireNonNull(engines);
        TlsOptions options = making.options;
        deadline = new HandshakeDeadline(connection, options);
        deadline.arm();
        if (!options.isServer()) { // which makes keys
            compute(() -> making.begin(null, List.of()));
        } else if (options.contexts() == null) {
            connection.engine = making.begin(null, List.of());
        } else {
            hello = new ClientHello();
        }
    }

    /** Whether there is no engine before the client has said what it wants. */
    boolean awaitsHello() {
        return hello != null;
    }

    /** All that has come so far, of which nothing is taken. */
    void hear(ByteBuffer come) throws IOException {
        ClientHello heard = Objects.requireNonNull(hello);
        Engines making = Objects.requireNonNull(engines);
        if (heard.isWholeIn(come)) {
            hello = null;
            compute(() -> making.begin(heard.serverName(), heard.alpn()));
        }
    }

    /** Does what the engine wants, up to where it wants to be told something. */
    void advance() throws IOException {
        while (!isBusy() && !connection.isOver()) { // what is sent may fail
            SSLEngine engine = connection.engine();
            HandshakeStatus wanted = engine.getHandshakeStatus();
            if (wanted == HandshakeStatus.NEED_TASK) {
                compute(() -> engine);
            } else if (wanted == HandshakeStatus.NEED_WRAP && !outgoing.isStuck()) {
                outgoing.wrapForEngine();
            } else {
                if (wanted == HandshakeStatus.NOT_HANDSHAKING && !done && !outgoing.isStuck()) { // who is told may block
                    finish();
                }
                return;
            }
        }
    }

    private void finish() throws TlsException {
        if (Objects.requireNonNull(engines).hasNoProtocolInCommon()) {
            throw new TlsException(ErrorKind.TLS_HANDSHAKE, TlsFailures.NO_PROTOCOL_IN_COMMON);
        }
        done = true;
        HandshakeEvents told = Objects.requireNonNull(events);
        watch(null);
        end();
        connection.readOrNot();
        told.secured();
        connection.sendWhatWaits();
    }

    /** The connection has failed. If that is before this was done, whoever waits for it is told, and nobody else. */
    boolean refused(IOException failure) {
        HandshakeEvents told = events;
        watch(failure);
        end();
        if (told != null) {
            told.refused(failure);
        }
        return told != null;
    }

    private void watch(@Nullable IOException failure) {
        if (deadline != null) {
            deadline.watch(failure);
        }
    }

    /** The connection is over. What waits for its turn to compute would only keep others waiting, whose clients may then go as well. */
    void giveUp() {
        givenUp = true;
    }

    /** Nobody waits for it any more. */
    void end() {
        events = null;
        engines = null;
        if (deadline != null) {
            deadline.disarm();
            deadline = null;
        }
    }

    // ---- computing ----

    private interface Work {
        SSLEngine run() throws IOException;
    }

    /** First this, then what the engine has to do; the engine is told nothing meanwhile: what comes is kept (TLS-006). */
    private void compute(Work first) throws IOException {
        computing = true;
        connection.readOrNot();
        Tls tls = connection.tls;
        tls.offload(engines == null ? null : engines.options.executor(), () -> {
            if (givenUp) {
                return;
            }
            SSLEngine engine = null;
            Throwable thrown = null;
            try {
                engine = first.run();
                for (Runnable task = engine.getDelegatedTask(); task != null && !givenUp; task = engine.getDelegatedTask()) {
                    task.run();
                }
            } catch (Throwable t) { // whatever it is, it is this handshake's
                thrown = t;
            }
            SSLEngine made = engine;
            Throwable failure = thrown;
            tls.loop.post(() -> tls.loop.defer(() -> computed(made, failure)));
        });
    }

    private void computed(@Nullable SSLEngine made, @Nullable Throwable thrown) {
        computing = false;
        connection.engine = made;
        if (thrown == null) {
            connection.goOn();
        } else {
            connection.fail(thrown instanceof TlsException || thrown instanceof SSLException ? thrown
                    : new TlsException(ErrorKind.TLS_HANDSHAKE, "its computation failed: " + Words.of(thrown), thrown));
        }
    }

    // ---- state ----

    /** Whether the connection is secure. */
    boolean isDone() {
        return done;
    }

    /** Whether it is still to be done, and with a client of ours. */
    boolean isOfServer() {
        return engines != null && engines.options.isServer();
    }

    boolean hasBegun() {
        return begun;
    }

    boolean isComputing() {
        return computing;
    }

    /** Then the engine must not be asked anything: there is none yet, or it would answer when it has computed. */
    boolean isBusy() {
        return computing || connection.engine == null;
    }
}
