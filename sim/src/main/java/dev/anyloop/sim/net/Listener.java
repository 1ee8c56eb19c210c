package dev.anyloop.sim.net;

import dev.anyloop.core.transport.EngineException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A socket that listens, or is going to, and the connections that wait for its program to accept them. At first it only
 * has its address, which nobody else gets and where nobody is let in.
 *
 * @param <E> what it accepts
 */
public abstract sealed class Listener<E extends SocketEnd> permits TcpListener, UnixListener {

    // set once
    final Machine machine;
    private final Deque<E> waiting = new ArrayDeque<>();
    // what the program wants
    private boolean listening;
    private int backlog;
    private TcpEnd.Buffers buffers = TcpEnd.Buffers.of(0, 0);
    private Runnable onChange = () -> { };

    Listener(Machine machine) {
        this.machine = machine;
    }

    /** From now on. */
    public void listen(int mostWaiting, TcpEnd.Buffers ofEach) {
        listening = true;
        backlog = mostWaiting;
        buffers = ofEach;
    }

    boolean isListening() {
        return listening;
    }

    TcpEnd.Buffers buffers() {
        return buffers;
    }

    /** Calls this when somebody comes. */
    public void onChange(Runnable action) {
        onChange = action;
    }

    public abstract SocketAddress local();

    public boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** The one that has waited longest; it costs a descriptor from now on. */
    public E accept() throws EngineException {
        machine.descriptors().take();
        return waiting.remove();
    }

    /** As Linux does: one more than the backlog. */
    boolean isFull() {
        return machine.isBacklogFull() || waiting.size() > backlog;
    }

    void add(E end) {
        waiting.add(end);
        onChange.run();
    }

    /** Those who wait are reset. */
    public void close() {
        onChange = () -> { };
        machine.descriptors().give();
        giveAddress();
        waiting.forEach(SocketEnd::reset);
        waiting.clear();
    }

    /** To whoever wants it next. */
    abstract void giveAddress();

    /** For people. */
    String text(String address) {
        return String.format("%-24s %-24s %d waiting of %d", address, "", waiting.size(), backlog);
    }
}
