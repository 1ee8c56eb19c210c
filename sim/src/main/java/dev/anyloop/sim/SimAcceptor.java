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
final class SimAcceptor extends SimHandle implements Acceptor {

    private final Listener<?> listener;
    private final AcceptorEvents events;
    private boolean paused;

    SimAcceptor(SimTransport transport, Listener<?> listener, AcceptorEvents events) {
        super(transport);
        this.listener = listener;
        this.events = events;
        listener.onChange(() -> transport.mayBeReady(this));
    }

    @Override
    boolean hasNews() {
        return !paused && listener.hasWaiting();
    }

    @Override
    void tellNews(boolean inPieces) {
        try {
            introduce(listener.accept());
        } catch (IOException e) {
            events.acceptFailed(e);
        }
    }

    @Override
    void tellClosed() {
        events.closed();
    }

    private void introduce(SocketEnd end) {
        SimConnection connection = transport.keep(new SimConnection(transport, end));
        try {
            connection.reportTo(events.accepted(connection));
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
    void drop() {
        listener.close();
    }

    @Override
    public SocketAddress localAddress() {
        return listener.local();
    }
}
