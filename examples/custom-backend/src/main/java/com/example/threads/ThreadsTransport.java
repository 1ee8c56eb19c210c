package com.example.threads;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for a queue: operations that block run on threads of their own, and what comes of them is told by {@link #poll}. */
final class ThreadsTransport implements Transport {

    private static final Runnable WAKEUP = () -> {};

    // any thread
    private final BlockingQueue<Runnable> outcomes = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    // loop thread
    private final Operations operations = new Operations(this::tellInPoll);
    private final OpenChannels channels = new OpenChannels();
    private final Set<Reader> waiting = new HashSet<>();
    private final List<Handle> releasing = new ArrayList<>();
    private final List<Runnable> batch = new ArrayList<>();

    @Override
    public boolean poll(long timeoutNanos) {
        operations.settle();
        boolean mayWait = releasing.stream().noneMatch(Handle::isIdle);
        Runnable first = await(mayWait ? timeoutNanos : 0);
        if (first != null) {
            batch.add(first);
            outcomes.drainTo(batch);
            batch.forEach(Runnable::run);
            batch.clear();
        }
        tellReleased();
        return first == null && !operations.isLooking() && waiting.stream().noneMatch(Reader::isLate);
    }

    private @Nullable Runnable await(long timeoutNanos) {
        try {
            return timeoutNanos < 0 ? outcomes.take() : outcomes.poll(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // core's business
            return outcomes.poll();
        }
    }

    private void tellReleased() {
        List<Handle> released = releasing.stream().filter(Handle::isIdle).toList();
        releasing.removeAll(released); // first, because the events may close others
        released.forEach(Handle::released);
    }

    @Override
    public void wakeup() {
        if (!closed) {
            outcomes.add(WAKEUP);
        }
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        SocketChannel channel = channels.openFor(remote, local, options);
        ThreadsConnection connection = new ThreadsConnection(this, channel);
        connection.connect(remote, events);
        return connection;
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        ServerSocketChannel channel = channels.openOn(local, options);
        ThreadsAcceptor acceptor = new ThreadsAcceptor(this, channel, options.socket(), events);
        acceptor.resumeAccepting();
        return acceptor;
    }

    @Override
    public void close() {
        closed = true;
        channels.close();
        operations.close();
    }

    // For the handles

    Operations operations() {
        return operations;
    }

    OpenChannels channels() {
        return channels;
    }

    Set<Reader> waiting() {
        return waiting;
    }

    /** Safe from any thread. */
    void tellInPoll(Runnable event) {
        outcomes.add(event);
    }

    void release(Handle handle) {
        releasing.add(handle);
    }
}
