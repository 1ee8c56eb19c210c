package dev.anyloop.sim.net;

import java.net.UnixDomainSocketAddress;

/** A socket that listens at a path, or is going to. */
public final class UnixListener extends Listener<UnixEnd> {

    private final UnixDomainSocketAddress local;

    UnixListener(Machine machine, UnixDomainSocketAddress local) {
        super(machine);
        this.local = local;
    }

    @Override
    public UnixDomainSocketAddress local() {
        return local;
    }

    @Override
    void giveAddress() {
        machine.paths().remove(this);
    }

    @Override
    public String toString() {
        return text(local.toString());
    }
}
