package dev.anyloop.tck.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Resolver;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A chapter about sockets. What holds for a socket that connected has to hold for one that was accepted. */
public abstract class SocketChapter extends Chapter {

    private static final int MOST_IDLE_TURNS = 5;

    /** Runs a loop with one socket until nothing is left in it. */
    protected final RecordedSocket withSocket(Function<EventLoop, RecordedSocket> begin) {
        return withSocket(LoopOptions.defaults(), begin);
    }

    protected final RecordedSocket withSocket(LoopOptions options, Function<EventLoop, RecordedSocket> begin) {
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(options, loop -> sockets.add(begin.apply(loop)));
        return sockets.get(0);
    }

    /**
     * Plays a script against a socket that connects to it, then against one that is accepted from it.
     *
     * @param setup gets each socket before its first event: in the call of connect, and in the accept callback
     * @return both sockets, when they are closed
     */
    protected final List<RecordedSocket> bothWays(SocketOptions options, PeerScript script, OnAccept setup) {
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, options, peerServer(script));
            sockets.add(socket);
            setup.accepted(socket);
        });
        withLoop(loop -> peer(listenOnce(loop, options, socket -> {
            sockets.add(socket);
            setup.accepted(socket);
        }), script));
        assertEquals(2, sockets.size(), "sockets that were made");
        return sockets;
    }

    protected final List<RecordedSocket> bothWays(PeerScript script, OnAccept setup) {
        return bothWays(SocketOptions.defaults(), script, setup);
    }

    protected final RecordedSocket connect(EventLoop loop, SocketOptions options, int port) {
        return record(loop.connect(address(port), connectOptions().withSocket(options)));
    }

    /** The port of a server that closes when it has accepted one connection. */
    protected final int listenOnce(EventLoop loop, SocketOptions options, OnAccept onAccept) {
        Server listening = loop.listen(address(0), listenOptions().withSocket(options), (server, socket) -> {
            server.close();
            accepted(socket, onAccept);
        });
        return port(listening);
    }

    /** So that the peer's close is a reset also where only what it has not read makes it one. */
    protected final void leaveUnread(Socket socket) {
        if (medium() == Medium.UNIX) {
            socket.write("?");
        }
    }

    /** Waits for another thread; blocks the loop if called in a callback. */
    protected final void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "another thread does not come");
    }

    /** At once for an accepted socket, in the connect callback for one that connects. */
    protected static void whenConnected(RecordedSocket socket, SocketCallback action) throws Exception {
        if (socket.socket().remoteAddress() != null) {
            action.run(socket.socket());
        } else {
            socket.onConnect(action);
        }
    }

    /**
     * The loop does not turn while nothing happens, but for the timer that looks; then everything in it is aborted. What a peer does late, such
     * as sending its session tickets, is not nothing: so it is looked at only after a while.
     */
    protected final void assertStill(EventLoop loop) {
        afterQuiet(loop, settled -> {
            long before = loop.stats().turns();
            afterQuiet(loop, quiet -> {
                long turns = loop.stats().turns() - before;
                assertTrue(turns <= MOST_IDLE_TURNS, turns + " turns of an idle loop");
                loop.close();
            });
        });
    }

    public static LoopOptions resolving(Resolver resolver) {
        return LoopOptions.defaults().withResolver(resolver);
    }

    public static List<InetAddress> addresses(String... literals) throws UnknownHostException {
        InetAddress[] found = new InetAddress[literals.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(literals[i]);
        }
        return List.of(found);
    }

    /** Writes a text whose completion has it as its label. */
    protected static void write(RecordedSocket socket, String text) {
        socket.socket().write(ByteBuffer.wrap(text.getBytes(UTF_8)), socket.completion(text));
    }

    /** What came after the connection was made. */
    protected static String traceOf(RecordedSocket socket) {
        return socket.trace().replaceFirst("^connect ?", "");
    }

    /** The socket got one error, of this kind and with a cause, and closed with it. */
    protected static NetworkException assertFailed(ErrorKind kind, RecordedSocket socket) {
        NetworkException error = assertInstanceOf(NetworkException.class, socket.error(), socket.trace());
        assertEquals(kind, error.kind(), error.toString());
        assertInstanceOf(IOException.class, error.getCause());
        assertEquals(error, socket.closeError());
        return error;
    }
}
