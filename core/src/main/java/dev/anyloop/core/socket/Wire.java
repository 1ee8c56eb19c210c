package dev.anyloop.core.socket;

import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.core.connect.Connectable;
import dev.anyloop.core.tls.TlsConnection;
import dev.anyloop.core.tls.TlsEvents;
import dev.anyloop.core.transport.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Link} and the engine's connection get at each other: directly, or with TLS in between. The engine tells this of
 * its bytes, and the link is told of the user's, which are the same without TLS.
 */
abstract class Wire extends Sender implements Connectable {

    // loop thread
    private @Nullable Connection connection; // the engine's, or the one of TLS over it

    /** On its way to a host. */
    Wire(Sockets sockets, String host, int port) {
        super(sockets, host, port);
    }

    /** Connected already. */
    Wire(Sockets sockets, Connection connected) {
        super(sockets, connected);
        this.connection = connected;
    }

    // ---- what the link is told ----

    abstract void opened();

    abstract void arrived(ByteBuffer bytes);

    abstract void ended();

    abstract void truncated(IOException cause);

    abstract void sent(int count);

    abstract void sendingFailed(IOException cause);

    abstract void broke(IOException cause);

    abstract void endSent();

    abstract void gone();

    // ---- by the engine ----

    @Override
    public final void connected() {
        sockets.loop.told(this);
        if (connection instanceof TlsConnection tls) {
            tls.connected();
        } else {
            opened();
        }
    }

    @Override
    public final void received(ByteBuffer bytes) {
        sockets.loop.told(this);
        if (connection instanceof TlsConnection tls) {
            tls.received(bytes);
        } else {
            arrived(bytes);
        }
    }

    @Override
    public final void inputEnded() {
        sockets.loop.told(this);
        if (connection instanceof TlsConnection tls) {
            tls.inputEnded();
        } else {
            ended();
        }
    }

    @Override
    public final void written(int count) {
        sockets.loop.told(this);
        if (connection instanceof TlsConnection tls) {
            tls.written(count);
        } else {
            sent(count);
        }
    }

    @Override
    public final void outputFailed(IOException cause) {
        sockets.loop.told(this);
        if (connection instanceof TlsConnection tls) {
            tls.outputFailed(cause);
        } else {
            sendingFailed(cause);
        }
    }

    @Override
    public final void failed(IOException cause) {
        sockets.loop.told(this);
        if (connection instanceof TlsConnection tls) {
            tls.failed(cause);
        } else {
            broke(cause);
        }
    }

    @Override
    public final void closed() {
        if (connection instanceof TlsConnection tls) {
            tls.closed();
        } else {
            gone();
        }
    }

    // ---- by TLS ----

    /** From the handshake on. */
    private final class Secured implements TlsEvents {

        // loop thread
        private @Nullable Reception reception; // until the handshake is done

        Secured(@Nullable Reception reception) {
            this.reception = reception;
        }

        @Override
        public void connected() {
            opened();
        }

        @Override
        public void received(ByteBuffer bytes) {
            arrived(bytes);
        }

        @Override
        public void inputEnded() {
            ended();
        }

        @Override
        public void truncated(IOException cause) {
            Wire.this.truncated(cause);
        }

        @Override
        public void written(int count) {
            sent(count);
        }

        @Override
        public void outputFailed(IOException cause) {
            sendingFailed(cause);
        }

        @Override
        public void failed(IOException cause) {
            broke(cause);
        }

        @Override
        public void endSent() {
            Wire.this.endSent();
        }

        @Override
        public void closed() {
            gone();
        }
    }

    /** The connection is there. It is told to nobody before it is secure. */
    final void attach(Connection made, @Nullable TlsOptions options) {
        connection = options == null ? made
                : sockets.tls.over(made, options, host(), port(), new Secured(null));
    }

    /** An accepted connection begins to shake hands. */
    public final void secure(TlsOptions options, Reception reception) {
        TlsConnection tls = sockets.tls.over(connection(), options, host(), port(), new Secured(reception));
        connection = tls;
        tls.begin();
    }

    /** Who has to hear first what becomes of the handshake. It is asked once. */
    final @Nullable Reception takeReception() {
        if (connection instanceof TlsConnection tls && tls.events() instanceof Secured secured) {
            Reception taken = secured.reception;
            secured.reception = null;
            return taken;
        }
        return null;
    }

    /** Whether the peer has been told that no more comes, as far as there is a way to tell it. */
    final boolean hasSaidEnd() {
        return !(connection instanceof TlsConnection tls) || tls.sendEnd();
    }

    /** Whether the peer is in the middle of something of which nothing can be handed on yet. */
    final boolean isInsideRecord() {
        return connection instanceof TlsConnection tls && tls.isInsideRecord();
    }

    final @Nullable TlsSession session() {
        return connection instanceof TlsConnection tls ? tls.session() : null;
    }

    // ---- the connection ----

    @Override
    final Connection connection() {
        return Objects.requireNonNull(connection);
    }

    final boolean hasConnection() {
        return connection != null;
    }

    final void forgetConnection() {
        connection = null;
    }
}
