package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_ACCEPT;

import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;

/** One listening channel and its key, whose interest tells whether it accepts. */
final class NioAcceptor implements Acceptor, NioHandle {

    /** How many connections one readiness may bring, so that a storm of them leaves the others their turn. */
    private static final int MAX_ACCEPTS = 64;

    private final NioTransport transport;
    private final ServerSocketChannel channel;
    private final boolean tcp;
    private final SocketOptions options;
    private final AcceptorEvents events;
    private final SocketAddress localAddress;
    private final SelectionKey key;

    NioAcceptor(
            NioTransport transport, ServerSocketChannel channel, boolean tcp, SocketOptions options, AcceptorEvents events)
            throws IOException {
        this.transport = transport;
        this.channel = channel;
        this.tcp = tcp;
        this.options = options;
        this.events = events;
        this.localAddress = channel.getLocalAddress();
        this.key = transport.register(this, channel, OP_ACCEPT);
    }

    @Override
    public void ready(int ops) {
        try {
            for (int accepts = 0; accepts < MAX_ACCEPTS && accepting(); accepts++) {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                introduce(accepted);
            }
        } catch (IOException e) {
            events.acceptFailed(e);
        } catch (InvalidPathException e) { // of a peer whose name is none to the JDK, which then keeps the connection (UNIX-002)
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    /** False after an event of this very round has paused or closed it. */
    private boolean accepting() {
        return key.isValid() && (key.interestOps() & OP_ACCEPT) != 0;
    }

    /** Until core has it the channel is ours to close, whatever happens: this one connection pays. */
    private void introduce(SocketChannel accepted) {
        try {
            NioConnection.configure(accepted, tcp, options);
            NioConnection connection = new NioConnection(transport, accepted, 0);
            connection.tell(events.accepted(connection));
        } catch (IOException e) {
            NioTransport.close(accepted); // its peer is gone already, which some systems tell this way
        } catch (Throwable e) { // there is no memory for it, or no stack
            NioTransport.close(accepted);
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    @Override
    public void pauseAccepting() {
        key.interestOpsAnd(~OP_ACCEPT);
    }

    @Override
    public void resumeAccepting() {
        key.interestOpsOr(OP_ACCEPT);
    }

    @Override
    public void close() {
        transport.release(this, channel);
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }
}
