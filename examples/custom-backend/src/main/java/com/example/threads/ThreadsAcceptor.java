package com.example.threads;

import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One accept at a time. It cannot be called back, so what it brings to an acceptor that is paused is kept. */
final class ThreadsAcceptor extends Handle implements Acceptor {

    // set once
    private final ServerSocketChannel channel;
    private final SocketOptions options;
    private final AcceptorEvents events;
    private final SocketAddress localAddress;

    // loop thread
    private boolean accepting;
    private boolean underWay;
    private @Nullable SocketChannel kept;

    ThreadsAcceptor(ThreadsTransport transport, ServerSocketChannel channel, SocketOptions options,
            AcceptorEvents events) throws IOException {
        super(transport, channel);
        this.channel = channel;
        this.options = options;
        this.events = events;
        this.localAddress = channel.getLocalAddress();
    }

    @Override
    public void pauseAccepting() {
        accepting = false;
    }

    @Override
    public void resumeAccepting() {
        accepting = true;
        if (kept == null) {
            accept();
        } else {
            transport.tellInPoll(this::tell);
        }
    }

    private void accept() {
        if (!accepting || underWay || isClosed()) {
            return;
        }
        underWay = true;
        begin();
        transport.operations().input(this::acceptWithin);
    }

    /** On a thread of its own. */
    private Runnable acceptWithin(int millis) throws SocketTimeoutException {
        try {
            channel.socket().setSoTimeout(millis);
            SocketChannel accepted = transport.channels().adopt(channel.socket().accept().getChannel());
            return () -> accepted(accepted);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return () -> failed(e);
        } catch (OutOfMemoryError e) {
            EngineException failure = new EngineException(Operation.ACCEPT, e);
            return () -> failed(failure);
        }
    }

    private void accepted(SocketChannel accepted) {
        end();
        underWay = false;
        kept = accepted;
        tell();
    }

    private void failed(IOException cause) {
        end();
        underWay = false;
        if (!isClosed()) {
            events.acceptFailed(cause);
            accept();
        }
    }

    private void tell() {
        SocketChannel accepted = kept;
        if (accepted != null && isClosed()) {
            transport.channels().close(accepted);
        } else if (accepted != null && accepting) {
            kept = null;
            hand(accepted);
            accept();
        }
    }

    private void hand(SocketChannel accepted) {
        try {
            OpenChannels.apply(options, accepted);
        } catch (IOException e) {
            transport.channels().close(accepted); // its peer has reset it already
            return;
        }
        ThreadsConnection connection = new ThreadsConnection(transport, accepted);
        try {
            connection.use(events.accepted(connection));
        } catch (VirtualMachineError e) { // core has no memory for it, or no stack: then it is still ours (SEAM-002)
            transport.channels().close(accepted);
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    @Override
    void closeChannel() {
        super.closeChannel();
        if (kept != null) {
            transport.channels().close(kept);
        }
    }

    @Override
    void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }
}
