package dev.anyloop.adapters;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a loop does, as futures: {@code Futures.connect(loop, "host", 80, options).thenAccept(socket -> …)}. Each is completed exactly once,
 * whatever happens, also when the loop is closed; a failure is a {@link NetworkException}. {@link LoopFuture} says where dependants run,
 * and that whoever cancels a future aborts what it stands for.
 *
 * <p>The methods belong to the loop thread, as what they call does; what they return is safe from any thread.
 */
public final class Futures {

    private static final System.Logger LOGGER = System.getLogger("dev.anyloop.adapters");

    private Futures() {}

    /**
     * Connects to a host.
     *
     * <p>Dependants that run within the completion, as {@code thenAccept} added now does, set the callbacks of the socket before its first
     * byte can come; what comes before a read callback is set is discarded (READ-008). The connect callback is this future's, and those for
     * error and close are its own until others are set.
     *
     * @param loop connects
     * @param host a name, or a literal address
     * @param port 1 to 65,535
     * @param options how to connect
     * @return completed with the socket when it is connected; fails as its error callback says, or with
     *     {@link dev.anyloop.ErrorKind#SOCKET_CLOSED} if the loop is closed before. Cancelling aborts the socket
     * @throws IllegalArgumentException if the host is empty or the port out of range
     * @throws IllegalStateException if the loop is closed or shutting down, or on another thread
     */
    public static LoopFuture<Socket> connect(EventLoop loop, String host, int port, ConnectOptions options) {
        return connected(loop.connect(host, port, options), host, port);
    }

    /**
     * Connects to an address, as {@link #connect(EventLoop, String, int, ConnectOptions)} does.
     *
     * @param loop connects
     * @param address an {@link InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}
     * @param options how to connect
     * @return completed with the socket when it is connected
     * @throws IllegalArgumentException as {@link EventLoop#connect(SocketAddress, ConnectOptions)} does
     * @throws IllegalStateException if the loop is closed or shutting down, or on another thread
     */
    public static LoopFuture<Socket> connect(EventLoop loop, SocketAddress address, ConnectOptions options) {
        Socket socket = loop.connect(address, options);
        return address instanceof InetSocketAddress ip
                ? connected(socket, ip.getHostString(), ip.getPort())
                : connected(socket, address.toString(), -1);
    }

    private static LoopFuture<Socket> connected(Socket socket, String host, int port) {
        LoopFuture<Socket> future = new LoopFuture<>(socket.loop(), socket::abort);
        socket.onConnect(same -> future.settle(same, null))
                .onError((same, error) -> failed(future, error))
                .onClose((same, error) -> {
                    if (!future.isDone()) {
                        future.settle(null, error != null ? error : Closed.during(Operation.CONNECT, host, port));
                    }
                });
        return future;
    }

    /** What happens after the connection is made is told as to who has no error callback (ERR-004). */
    private static void failed(LoopFuture<Socket> future, NetworkException error) {
        if (!future.isDone()) {
            future.settle(null, error);
        } else if (!future.isCompletedExceptionally()) {
            LOGGER.log(Level.WARNING, error.getMessage());
        }
    }

    /**
     * Sends bytes, as {@link Socket#write(ByteBuffer)}. To wait for each write before the next bounds what is pending.
     *
     * @param socket where to
     * @param bytes consumed from position to limit; the caller's again when this returns
     * @return completed when the kernel has accepted the bytes; fails if they were not sent. Bytes cannot be taken back, so cancelling
     *     aborts the socket
     * @throws IllegalStateException on another thread
     */
    public static LoopFuture<@Nullable Void> write(Socket socket, ByteBuffer bytes) {
        LoopFuture<@Nullable Void> future = new LoopFuture<>(socket.loop(), socket::abort);
        socket.write(bytes, (same, error) -> {
            if (!future.isDone()) {
                future.settle(null, error);
            }
        });
        if (Closed.is(socket.loop())) { // then that callback does not come (WRITE-006)
            future.settle(null, Closed.during(Operation.WRITE, socket));
        }
        return future;
    }

    /**
     * Closes a socket gracefully, as {@link Socket#close()}. The close callback is this future's.
     *
     * @param socket what to close
     * @return completed when all is sent and the descriptor is released; fails as the close callback says. Complete already, if the
     *     socket is not open any more: how it ends is told to the close callback it has. Cancelling aborts the socket
     * @throws IllegalStateException on another thread
     */
    public static LoopFuture<@Nullable Void> close(Socket socket) {
        LoopFuture<@Nullable Void> future = new LoopFuture<>(socket.loop(), socket::abort);
        if (socket.isOpen()) {
            socket.onClose((same, error) -> future.settle(null, error));
            socket.close();
        } else {
            future.settle(null, null);
        }
        return future;
    }
}
