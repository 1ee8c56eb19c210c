package dev.anyloop.sim;

import dev.anyloop.Operation;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.sim.net.Listener;
import dev.anyloop.sim.net.SocketEnd;
import java.io.IOException;
import java.net.SocketAddress;

/** A simulated listening socket as the seam wants it. */
final class SimAcceptor implements Acceptor, SimHandle {

    private final SimTransport transport;
    private final Listener<?> listener;
    private final AcceptorEvents events;
    private boolean paused;
    private boolean closing;

    SimAcceptor(SimTransport transport, Listener<?> listener, AcceptorEvents events) {
        this.transport = transport;
        this.listener = listener;
        this.events = events;
        listener.onChange(() -> transport.mayBeReady(this));
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public boolean isReady() {
        return closing || (!paused && listener.hasWaiting());
    }

    @Override
    public void tell(boolean inPieces) {
        if (closing) {
            transport.released(this);
            events.closed();
            return;
        }
        try {
            introduce(listener.accept());
        } catch (IOException e) {
            events.acceptFailed(e);
        }
    }

    private void introduce(SocketEnd end) {
        SimConnection connection = transport.keep(new SimConnection(transport, end));
        try {
            connection.tell(events.accepted(connection));
        } catch (VirtualMachineError e) { // core has no memory for it, or no stack: then it is still ours (SEAM-002)
            end.close();
            transport.released(connection);
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    @Override
    public void pauseAccepting() {
        paused = true;
    }

    @Override
    public void resumeAccepting() {
        paused = false;
        transport.mayBeReady(this);
    }

    @Override
    public void close() {
        closing = true;
        if (!transport.isDead()) {
            drop();
        }
        transport.mayBeReady(this);
    }

    @Override
    public void drop() {
        listener.close();
    }

    @Override
    public SocketAddress localAddress() {
        return listener.local();
    }
}
