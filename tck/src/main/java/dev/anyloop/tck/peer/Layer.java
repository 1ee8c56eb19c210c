package dev.anyloop.tck.peer;

import dev.anyloop.tck.World;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What connections run over, and what lies between a peer and its connection: TCP, and nothing, if it does not say otherwise. */
public interface Layer {

    /** TCP alone. */
    Layer NONE = new Layer() {};

    /**
     * Lays it over a connection; blocks until both sides have done what it takes.
     *
     * @param accepted whether the peer has accepted the connection, or else has made it
     * @return what the peer talks to, and closing it closes the connection; null if the other side is gone before it is done
     */
    default @Nullable Socket over(Socket connection, boolean accepted) throws IOException {
        return connection;
    }

    /** A socket of a peer, neither bound nor connected. */
    default Socket socket(World world) {
        return world.socket();
    }

    /** A listening socket of a peer, not bound. */
    default ServerSocket serverSocket(World world) throws IOException {
        return world.serverSocket();
    }

    /**
     * An address.
     *
     * @param port 0 for one that is free: what is bound to it tells which
     */
    default SocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    /** What a peer binds to before it connects; null for nothing. */
    default @Nullable SocketAddress from(String host) {
        return host.startsWith("127.") ? new InetSocketAddress("127.0.0.9", 0) : null;
    }
}
