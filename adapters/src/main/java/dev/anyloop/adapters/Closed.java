package dev.anyloop.adapters;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;

/** What is said where a socket, or its loop, is closed already. */
final class Closed {

    private Closed() {}

    static NetworkException during(Operation operation, Socket socket) {
        SocketAddress peer = socket.remoteAddress();
        return peer instanceof InetSocketAddress address
                ? during(operation, address.getHostString(), address.getPort())
                : during(operation, peer == null ? "" : peer.toString(), -1);
    }

    static NetworkException during(Operation operation, String host, int port) {
        return new NetworkException(ErrorKind.SOCKET_CLOSED, operation, host, port, new ClosedChannelException());
    }

    /** If the loop is closed, the task is not needed: the close callbacks come, or have come, and all timers are gone. */
    static void executeUnless(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // it is
        }
    }

    /** On the loop's thread: whether no callback will come any more. */
    static boolean is(EventLoop loop) {
        try {
            loop.hold().release();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
