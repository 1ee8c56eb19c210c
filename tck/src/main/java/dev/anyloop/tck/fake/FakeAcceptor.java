package dev.anyloop.tck.fake;

import dev.anyloop.Operation;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A listening socket in memory. */
public final class FakeAcceptor implements Acceptor, FakeHandle {

    // Set once.
    private final FakeTransport transport;
    private final SocketAddress local;
    private final boolean shared;
    private final AcceptorEvents events;

    // Loop thread.
    private final Deque<FakeConnection> backlog = new ArrayDeque<>();
    private @Nullable IOException failure;
    private boolean paused;
    private boolean late;
    private boolean closing;
    private boolean released;

    FakeAcceptor(FakeTransport transport, SocketAddress local, boolean shared, AcceptorEvents events) {
        this.transport = transport;
        this.local = local;
        this.shared = shared;
        this.events = events;
    }

    // The seam

    @Override
    public void pauseAccepting() {
        check("pauseAccepting");
        paused = true;
    }

    @Override
    public void resumeAccepting() {
        check("resumeAccepting");
        paused = false;
    }

    /** Those who wait in the backlog are reset, as a kernel does. */
    @Override
    public void close() {
        check("close");
        closing = true;
        backlog.forEach(FakeConnection::refuse);
        backlog.clear();
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    private void check(String call) {
        transport.checkThread();
        if (closing) {
            throw new IllegalStateException(call + " after close");
        }
    }

    // Events

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public boolean isReady() {
        return closing ? !transport.closesHeld() : (!paused || late) && (failure != null || !backlog.isEmpty());
    }

    @Override
    public void deliver() {
        if (closing) {
            released = true;
            transport.released(this);
            events.closed();
        } else if (failure != null) {
            IOException cause = failure;
            failure = null;
            events.acceptFailed(cause);
        } else {
            FakeConnection connection = backlog.remove();
            transport.accepted(connection);
            accept(connection);
        }
    }

    /** Whom core has no memory for is still ours (SEAM-002). */
    private void accept(FakeConnection connection) {
        try {
            connection.attach(events.accepted(connection));
        } catch (VirtualMachineError e) {
            connection.close();
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    void enqueue(FakeConnection connection) {
        backlog.add(connection);
    }

    boolean isShared() {
        return shared;
    }

    boolean isReleased() {
        return released;
    }

    // The script

    /**
     * A client knocks.
     *
     * @return the client's end
     */
    public FakePeer connect() {
        FakeConnection connection = FakeConnection.incoming(transport, local);
        backlog.add(connection);
        return connection.peer();
    }

    /**
     * Makes the next accept fail; the acceptor goes on (SEAM-007).
     *
     * @param cause the engine's exception
     */
    public void fail(IOException cause) {
        failure = cause;
    }

    /** Makes it accept although it is paused, as engines do that had begun to before they were told. */
    public void acceptLate() {
        late = true;
    }

    /**
     * Tells whether core has paused it.
     *
     * @return true between {@link #pauseAccepting} and {@link #resumeAccepting}
     */
    public boolean isPaused() {
        return paused;
    }
}
