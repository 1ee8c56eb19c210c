package dev.anyloop.sim.net;

import dev.anyloop.core.transport.EngineException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The datagram sockets of a machine, by their ports. */
final class UdpPorts {

    private final List<UdpSocket> sockets = new ArrayList<>(); // in the order in which they were bound
    private final FreePorts free = new FreePorts();

    /** With a port that nobody has, if that is 0. */
    InetSocketAddress toBind(InetSocketAddress asked, boolean reuse) throws EngineException {
        if (asked.getPort() != 0) {
            if (!isFree(asked, reuse)) {
                throw Ports.inUse();
            }
            return asked;
        }
        InetAddress address = asked.getAddress();
        return new InetSocketAddress(address, free.next(port -> isFree(new InetSocketAddress(address, port), false)));
    }

    private boolean isFree(InetSocketAddress local, boolean reuse) {
        return sockets.stream().allMatch(socket -> socket.local().getPort() != local.getPort()
                || !Ports.overlap(socket.local().getAddress(), local.getAddress())
                || reuse && socket.isReusable());
    }

    void add(UdpSocket socket) {
        sockets.add(socket);
    }

    void remove(UdpSocket socket) {
        sockets.remove(socket);
    }

    List<UdpSocket> sockets() {
        return List.copyOf(sockets);
    }

    /** Gone with their machine. */
    void vanish() {
        sockets.forEach(UdpSocket::vanish);
        sockets.clear();
    }

    /** To all that have joined its group, or to one: who is connected to its sender before others, then who was bound last. */
    boolean receive(Datagram datagram) {
        UdpSocket best = null;
        for (UdpSocket socket : sockets()) {
            if (!socket.accepts(datagram)) {
                continue;
            } else if (datagram.isForMany()) {
                socket.receive(datagram);
            } else if (best == null || socket.rank() >= best.rank()) {
                best = socket;
            }
        }
        if (best != null) {
            best.receive(datagram);
        }
        return best != null;
    }
}
