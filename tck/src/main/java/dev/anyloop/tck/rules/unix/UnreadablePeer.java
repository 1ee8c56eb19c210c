package dev.anyloop.tck.rules.unix;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.peer.SocketPaths;
import dev.anyloop.tck.rules.Remade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A server, a client whose name may be unreadable, and one without a name; in a process of its own, which reads paths as ASCII if it
 * is started so, and in which the JDK may keep a connection that it cannot name.
 */
final class UnreadablePeer {

    static final String NAME = "%C3%BC";

    private final Server server;
    private final SocketChannel unreadable = SocketChannel.open(StandardProtocolFamily.UNIX);
    private int left = 2; // clients

    private UnreadablePeer(EventLoop loop) throws IOException {
        server = loop.listen(SocketPaths.address(0), ListenOptions.defaults(), (s, socket) -> {
            String name = socket.remoteAddress().toString();
            told("accepted " + name.substring(name.lastIndexOf('/') + 1));
            socket.close();
        }).onError((s, error) -> told(error.operation() + " " + error.kind()));
    }

    private void told(String event) {
        System.out.println(event);
        if (--left == 0) {
            server.close();
        }
    }

    /** With the name of a class that makes the backend. Prints what the server is told of. */
    public static void main(String[] args) throws ReflectiveOperationException {
        EventLoopProvider provider = Remade.provider(args[0]);
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            loop.run(running -> {
                try {
                    new UnreadablePeer(running).play();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private void play() throws IOException {
        SocketAddress there = server.localAddress();
        Path directory = ((UnixDomainSocketAddress) there).getPath().getParent();
        Path name = Path.of(URI.create(directory.toUri() + NAME)); // whatever the encoding
        asIfItCouldBeRead(() -> unreadable.bind(UnixDomainSocketAddress.of(name)));
        asIfItCouldBeRead(() -> unreadable.connect(there));
        SocketChannel unnamed = SocketChannel.open(StandardProtocolFamily.UNIX);
        unnamed.connect(there);
        server.onClose(s -> {
            for (SocketChannel client : new SocketChannel[] {unreadable, unnamed}) {
                try {
                    client.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    @FunctionalInterface
    private interface Call {
        void make() throws IOException;
    }

    /** The JDK asks the system where the socket is, when it has done what it was asked for. */
    private static void asIfItCouldBeRead(Call call) throws IOException {
        try {
            call.make();
        } catch (InvalidPathException e) {
            // It is done.
        }
    }
}
