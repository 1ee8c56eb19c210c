package dev.anyloop.core.socket;

import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.core.connect.Connectable;
import dev.anyloop.core.tls.HandshakeEvents;
import dev.anyloop.core.tls.TlsConnection;
import dev.anyloop.core.tls.TlsEvents;
import dev.anyloop.core.transport.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Link} and the engine's connection get at each other: directly, or with TLS in between. The engine tells this of
 * its bytes. The link is told of the user's, which without TLS are the same, by what {@link TlsEvents} call it.
 */
abstract class Wire extends Sender implements Connectable, TlsEvents {

    // loop thread
    private @Nullable Connection connection; // the engine's, or the one of TLS over it
    private @Nullable TlsSession agreed; // once that is gone, which may be before the user is told

    /** On its way to a host. */
    Wire(Sockets sockets, String host, int port) {
        super(sockets, host, port);
    }

    /** Connected already. */
    Wire(Sockets sockets, Connection connected) {
        super(sockets, connected);
        this.connection = connected;
    }

    /** The connection is made, and secure if it is to be: it is shown now. */
    abstract void opened();

    /** The connection is made, but it cannot be secured. */
    abstract void handshakeFailed(IOException cause);

    // ---- by the engine; each catches by itself, because to share that would take an object for each event ----

    @Override
    public final void connected() {
        sockets.loop.told(this);
        try {
            if (connection instanceof TlsConnection tls) {
                tls.connected();
            } else {
                opened();
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    @Override
    public final void received(ByteBuffer bytes) {
        sockets.loop.told(this);
        try {
            if (connection instanceof TlsConnection tls) {
                tls.received(bytes);
            } else {
                arrived(bytes);
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    @Override
    public final void inputEnded() {
        sockets.loop.told(this);
        try {
            if (connection instanceof TlsConnection tls) {
                tls.inputEnded();
            } else {
                ended();
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    @Override
    public final void written(int count) {
        sockets.loop.told(this);
        try {
            if (connection instanceof TlsConnection tls) {
                tls.written(count);
            } else {
                sent(count);
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    @Override
    public final void outputFailed(IOException cause) {
        sockets.loop.told(this);
        try {
            if (connection instanceof TlsConnection tls) {
                tls.outputFailed(cause);
            } else {
                sendingFailed(cause);
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    @Override
    public final void failed(IOException cause) {
        sockets.loop.told(this);
        try {
            if (connection instanceof TlsConnection tls) {
                tls.failed(cause);
            } else {
                broke(cause);
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    @Override
    public final void closed() {
        try {
            if (connection instanceof TlsConnection tls) {
                tls.closed();
            } else {
                gone();
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    // ---- TLS ----

    /** The connection is there. It is told to nobody before it is secure. */
    final void attach(Connection made, @Nullable TlsOptions options) {
        connection = made; // first, so that it can be closed if there is no memory for more
        if (options != null) {
            connection = over(made, options, new HandshakeEvents() {
                @Override
                public void secured() {
                    opened();
                }

                @Override
                public void refused(IOException cause) {
                    handshakeFailed(cause);
                }
            });
        }
    }

    /** A connection that is there already. */
    final TlsConnection secure(TlsOptions options, HandshakeEvents events) {
        TlsConnection tls = over(connection(), options, events);
        connection = tls;
        return tls;
    }

    private TlsConnection over(Connection made, TlsOptions options, HandshakeEvents events) {
        return sockets.tls.over(made, options, host(), port(), this, events);
    }

    /** All that was to be sent in plain is sent. */
    final void plainSent() {
        if (connection instanceof TlsConnection tls) {
            tls.connected();
        }
    }

    /** The peer has sent what nobody has taken, and if the rest is to be secured nobody can take it any more (TLS-018). */
    final void leftPlain() {
        if (connection instanceof TlsConnection tls) {
            tls.refusePlain();
        }
    }

    final boolean isTls() {
        return connection instanceof TlsConnection;
    }

    /** Whether the peer has been told that no more comes, as far as there is a way to tell it. */
    final boolean hasSaidEnd() {
        return !(connection instanceof TlsConnection tls) || tls.sendEnd();
    }

    /** Whether something is on its way of which nothing can be handed on yet. */
    final boolean expectsMore() {
        return connection instanceof TlsConnection tls && tls.expectsMore();
    }

    final @Nullable TlsSession session() {
        return connection instanceof TlsConnection tls ? tls.session() : agreed;
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
        try {
            agreed = session();
        } finally { // for which there may be no memory
            connection = null;
        }
    }

    final void forgetSession() {
        agreed = null;
    }
}
