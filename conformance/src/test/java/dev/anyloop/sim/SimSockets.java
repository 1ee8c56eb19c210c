package dev.anyloop.sim;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** The JDK's blocking sockets, on a simulated host. */
final class SimSockets {

    private SimSockets() {}

    static Socket socket(SimWorld world) {
        try {
            return new Plain(world);
        } catch (SocketException e) {
            throw new AssertionError(e); // none is thrown there
        }
    }

    static ServerSocket serverSocket(SimWorld world) {
        return new Listening(world);
    }

    static DatagramSocket datagramSocket(SimWorld world) {
        return new Datagrams(new SimDatagramSocketImpl(world));
    }

    private static final class Datagrams extends DatagramSocket {
        Datagrams(SimDatagramSocketImpl impl) {
            super(impl);
        }
    }

    private static final class Plain extends Socket {
        private final SimWorld world;

        Plain(SimWorld world) throws SocketException {
            super(new SimSocketImpl(world));
            this.world = world;
        }

        /** Its own holds a lock that others wait for. */
        @Override
        public void close() throws IOException {
            super.close();
            SimSocketImpl.arrive(world);
        }
    }

    private static final class Listening extends ServerSocket {
        private final SimWorld world;

        Listening(SimWorld world) {
            super(new SimSocketImpl(world));
            this.world = world;
        }

        /** Its own would make a socket of this machine. */
        @Override
        public Socket accept() throws IOException {
            Socket accepted = socket(world);
            implAccept(accepted);
            return accepted;
        }
    }
}
