package dev.anyloop.sim.net;

import dev.anyloop.core.transport.EngineException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** A listening socket, and the connections that wait for its program to accept them. */
public final class TcpListener {

    // set once
    private final Machine machine;
    private final InetSocketAddress local;
    private final int backlog;
    private final TcpEnd.Buffers buffers;
    private final Deque<TcpEnd> waiting = new ArrayDeque<>();
    private Runnable onChange = () -> { };

    TcpListener(Machine machine, InetSocketAddress local, int backlog, TcpEnd.Buffers buffers) {
        this.machine = machine;
        this.local = local;
        this.backlog = backlog;
        this.buffers = buffers;
    }

    /** Calls this when somebody comes. */
    public void onChange(Runnable action) {
        onChange = action;
    }

    public InetSocketAddress local() {
        return local;
    }

    public boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** The one that has waited longest; it costs a descriptor from now on. */
    public TcpEnd accept() throws EngineException {
        machine.takeDescriptor();
        return waiting.remove();
    }

    /** As Linux does: one more than the backlog. */
    boolean isFull() {
        return waiting.size() > backlog || machine.isBacklogFull();
    }

    void answer(Segment syn) {
        TcpEnd end = machine.accepted(syn, buffers);
        waiting.add(end);
        end.accept(syn);
        onChange.run();
    }

    /** Those who wait are reset. */
    public void close() {
        onChange = () -> { };
        machine.giveDescriptor();
        machine.stopListening(this);
        waiting.forEach(TcpEnd::reset);
        waiting.clear();
    }

    @Override
    public String toString() {
        return String.format("%-24s %-24s %d waiting of %d", Machine.text(local), "", waiting.size(), backlog);
    }
}
