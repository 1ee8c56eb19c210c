package com.example.threads;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.HalfOpen;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for a queue: operations that block run on threads of their own, and what comes of them is told by {@link #poll}. */
final class ThreadsTransport implements Transport {

    // any thread; without a lock, which a thread that runs out of stack would keep
    private final Queue<Runnable> outcomes = new ConcurrentLinkedQueue<>();
    private volatile boolean woken;
    private volatile Thread waiter = Thread.currentThread();

    // loop thread
    private final Operations operations = new Operations(this::tellInPoll);
    private final OpenChannels channels = new OpenChannels();
    private final Set<Reader> waiting = new HashSet<>();
    private final Set<Reader> late = new HashSet<>();
    private final HalfOpen<ThreadsConnection> halfOpen = new HalfOpen<>();
    private final List<Handle> releasing = new ArrayList<>();
    private final List<Runnable> batch = new ArrayList<>();

    @Override
    public boolean poll(long timeoutNanos) {
        operations.settle();
        waiting.stream().filter(Reader::isLate).forEach(late::add);
        boolean mayWait = releasing.stream().noneMatch(Handle::isIdle);
        Runnable first = await(mayWait ? halfOpen.limit(timeoutNanos) : 0);
        if (first != null) {
            for (Runnable next = first; next != null; next = outcomes.poll()) {
                batch.add(next);
            }
            batch.forEach(Runnable::run);
            batch.clear();
        }
        tellLate();
        halfOpen.due().forEach(ThreadsConnection::lookForReset);
        tellReleased();
        return first == null && !operations.isLooking() && waiting.stream().noneMatch(Reader::isLate);
    }

    /** Handles take turns (SEAM-008), and a thread that is not given the processor would miss its own. */
    private void tellLate() {
        while (!late.isEmpty()) {
            Runnable next = await(-1);
            if (next != null) {
                next.run();
            }
        }
    }

    private @Nullable Runnable await(long timeoutNanos) {
        long start = System.nanoTime();
        waiter = Thread.currentThread();
        Runnable first = outcomes.poll();
        while (first == null && !woken && !waiter.isInterrupted()) { // an interrupt is core's business
            long left = timeoutNanos - (System.nanoTime() - start);
            if (timeoutNanos < 0) {
                LockSupport.park(this);
            } else if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else {
                break;
            }
            first = outcomes.poll();
        }
        woken = false;
        return first;
    }

    private void tellReleased() {
        List<Handle> released = releasing.stream().filter(Handle::isIdle).toList();
        releasing.removeAll(released); // first, because the events may close others
        released.forEach(Handle::released);
    }

    @Override
    public void wakeup() {
        woken = true;
        LockSupport.unpark(waiter);
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

    HalfOpen<ThreadsConnection> halfOpen() {
        return halfOpen;
    }

    Set<Reader> waiting() {
        return waiting;
    }

    void hasRead(Reader reader) {
        waiting.remove(reader);
        late.remove(reader);
    }

    /** Safe from any thread. */
    void tellInPoll(Runnable event) {
        outcomes.add(event);
        LockSupport.unpark(waiter);
    }

    void release(Handle handle) {
        releasing.add(handle);
    }
}
