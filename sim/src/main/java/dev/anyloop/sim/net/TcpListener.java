package dev.anyloop.sim.net;

import java.net.InetSocketAddress;

/** A socket that listens on a port, or is going to. */
public final class TcpListener extends Listener<TcpEnd> {

    private final InetSocketAddress local;
    private final boolean reusable;
    private final boolean shared;

    TcpListener(Machine machine, InetSocketAddress local, boolean reusable, boolean shared) {
        super(machine);
        this.local = local;
        this.reusable = reusable;
        this.shared = shared;
    }

    /** Whether somebody else may have its port meanwhile. */
    boolean isReusable() {
        return reusable && !isListening();
    }

    /** With others who say so too. */
    boolean isShared() {
        return shared;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    void answer(Segment syn) {
        TcpEnd end = machine.accepted(syn, buffers());
        end.accept(syn);
        add(end);
    }

    @Override
    void giveAddress() {
        machine.stopListening(this);
    }

    @Override
    public String toString() {
        return text(Machine.text(local));
    }
}
