package dev.anyloop.tck.rules.loop;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.rules.Chapter;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * A loop in whose life as much as possible goes wrong, always with a callback that is told: there is nothing to print
 * about. It needs no peers, so that it can be led in a process of its own.
 */
final class EventfulLife {

    /** Printed on both streams before and after, so that a stream that was not seen is not taken for a silent one. */
    static final String BEGIN = "The life of a loop begins.";
    static final String END = "The life of a loop ends.";

    private static final int MUCH = 4 << 20;
    private static final Duration SOON = Duration.ofMillis(100);
    private static final ErrorCallback TOLD = (socket, error) -> {};

    private final EventLoopProvider provider;
    private int echoed;
    private int failed;

    EventfulLife(EventLoopProvider provider) {
        this.provider = provider;
    }

    /** With the class name of a provider. */
    public static void main(String[] args) throws ReflectiveOperationException {
        say(BEGIN);
        new EventfulLife((EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance()).live();
        say(END);
    }

    private static void say(String text) {
        System.out.println(text);
        System.err.println(text);
    }

    void live() {
        LoopOptions options = LoopOptions.defaults().withResolver(host -> {
            throw new UnknownHostException(host);
        });
        try (EventLoop loop = provider.open(options)) {
            closeInTheEnd(loop);
            loop.onUncaught((l, thrown) -> failed++);
            loop.run(this::converse);
            loop.run(this::fail);
            loop.onUncaught(null);
            throwOutOfRun(loop);
            leaveThingsOpen(loop);
            loop.run(EventLoop::close);
        }
        provider.open(options).close();
        if (echoed != 3 || failed != 6) {
            throw new AssertionError("an uneventful life: " + echoed + " echoes, " + failed + " failures");
        }
    }

    /** A test that hangs has nobody who looks after this loop. */
    private static void closeInTheEnd(EventLoop loop) {
        loop.timer(Limits.defaults().mustHappen(), timer -> loop.close()).unref();
    }

    private void converse(EventLoop loop) {
        Server server = loop.listen(Chapter.LOCALHOST, 0, (s, socket) -> socket.onError(TOLD).onRead(Socket::write));
        for (int i = 0; i < 3; i++) {
            connect(loop, Chapter.port(server)).onRead((socket, data) -> {
                Thread.currentThread().interrupt();
                System.gc();
                socket.close();
                if (++echoed == 3) {
                    server.close();
                }
            }).write("echo");
        }
    }

    private Socket connect(EventLoop loop, int port) {
        ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(SOON);
        return loop.connect(new InetSocketAddress(Chapter.LOCALHOST, port), options).onError(TOLD);
    }

    /** Six failures: a bind, a refusal, a name, a read timeout, an exception and an error. */
    private void fail(EventLoop loop) {
        Thread.interrupted();
        Server server = loop.listen(Chapter.LOCALHOST, 0, (s, socket) -> socket.onError(TOLD));
        int port = Chapter.port(server);
        try {
            loop.listen(Chapter.LOCALHOST, port, (s, socket) -> {});
        } catch (NetworkException e) {
            failed++;
        }
        loop.connect("no.such.name", 80).onError((socket, error) -> failed++);
        connect(loop, port).readTimeout(Duration.ofMillis(5)).onError((socket, error) -> {
            failed++;
            server.close();
        });
        server.onClose(closed -> connect(loop, port).onError((socket, error) -> failed++));
        loop.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        loop.timer(Duration.ZERO, timer -> {
            throw new AssertionError("on purpose");
        });
    }

    private static void throwOutOfRun(EventLoop loop) {
        try {
            loop.run(init -> {
                throw new IllegalStateException("on purpose");
            });
        } catch (IllegalStateException e) {
            return;
        }
        throw new AssertionError("run() threw nothing");
    }

    /** A server, both ends of a connection with bytes on the way, and one that is reset under its peer. */
    private void leaveThingsOpen(EventLoop loop) {
        Server server = loop.listen(Chapter.LOCALHOST, 0, (s, socket) -> {
            socket.onError(TOLD).write(new byte[MUCH]);
            loop.timer(Duration.ofMillis(1), timer -> loop.stop());
        });
        connect(loop, Chapter.port(server)).onConnect(socket -> socket.pause().write(new byte[MUCH]));
        connect(loop, Chapter.port(server)).onRead((socket, data) -> socket.abort()).write("reset");
        loop.run();
    }
}
