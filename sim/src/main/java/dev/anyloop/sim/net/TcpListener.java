package dev.anyloop.sim.net;

import dev.anyloop.core.transport.EngineException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** A socket that listens, or is going to, and the connections that wait for its program to accept them. */
public final class TcpListener {

    // set once
    private final Machine machine;
    private final InetSocketAddress local;
    private final boolean reusable;
    private final boolean shared;
    private final Deque<TcpEnd> waiting = new ArrayDeque<>();
    // what the program wants
    private boolean listening;
    private int backlog;
    private TcpEnd.Buffers buffers = TcpEnd.Buffers.of(0, 0);
    private Runnable onChange = () -> { };

    /** So far it only has its address, which nobody else gets and where nobody is let in. */
    TcpListener(Machine machine, InetSocketAddress local, boolean reusable, boolean shared) {
        this.machine = machine;
        this.local = local;
        this.reusable = reusable;
        this.shared = shared;
    }

    /** From now on. */
    public void listen(int mostWaiting, TcpEnd.Buffers ofEach) {
        listening = true;
        backlog = mostWaiting;
        buffers = ofEach;
    }

    /** Whether somebody else may have its port meanwhile. */
    boolean isReusable() {
        return reusable && !listening;
    }

    /** With others who say so too. */
    boolean isShared() {
        return shared;
    }

    boolean isListening() {
        return listening;
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
