package dev.anyloop.benchmarks.servers;

import dev.anyloop.AcceptCallback;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.HttpOptions;
import dev.anyloop.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Anyloop through its public API; the same code for every backend and transport. */
final class AnyloopServer implements Subject {

    private static final byte[] HELLO = Hello.TEXT.getBytes(StandardCharsets.US_ASCII);

    private final LoopOptions options;
    private final ListenOptions listening;
    private final @Nullable Path path;
    private final Set<Socket> listeners = new LinkedHashSet<>();
    private final Messages messages = new Messages();
    private final ByteBuffer replies = ByteBuffer.allocate(Ping.MOST_REPLY_BYTES);

    AnyloopServer(String backend, @Nullable String transport, @Nullable Identity identity, @Nullable Path path)
            throws IOException {
        listening = identity == null ? ListenOptions.defaults()
                : ListenOptions.defaults().withTls(TlsOptions.server(identity.context()));
        this.path = path;
        options = LoopOptions.defaults().withBackend(backend).withTransport(transport);
    }

    @Override
    public void serve(Mode mode, IntConsumer port) {
        EventLoop.start(options, loop -> {
            if (mode == Mode.DATAGRAM) {
                DatagramSocket bound = loop.datagram("127.0.0.1", 0);
                bound.onReceive((socket, sender, data) -> socket.send(data, sender));
                port.accept(bound.localAddress().getPort());
                return;
            }
            if (mode == Mode.HTTP) {
                port.accept(((InetSocketAddress) hello(loop).localAddress()).getPort());
                return;
            }
            AcceptCallback serve = (listener, socket) -> serve(mode, socket);
            if (path != null) {
                loop.listen(UnixDomainSocketAddress.of(path), listening, serve);
            }
            var server = loop.listen("127.0.0.1", 0, listening, serve);
            port.accept(((InetSocketAddress) server.localAddress()).getPort());
        });
    }

    private HttpServer hello(EventLoop loop) {
        return HttpServer.listen(loop, "127.0.0.1", 0, HttpOptions.defaults().withListen(listening),
                (request, response) -> response.header("Content-Type", Hello.TYPE).header("Server", Hello.SERVER).send(HELLO));
    }

    private void serve(Mode mode, Socket socket) {
        socket.onError((s, error) -> { });
        switch (mode) {
            case PING -> answerTogether(socket);
            case EACH -> answerEach(socket);
            case ECHO -> echo(socket);
            case BROADCAST -> broadcast(socket);
            case DATAGRAM, HTTP -> throw new IllegalArgumentException("not by sockets");
        }
    }

    private void answerTogether(Socket socket) {
        Ping ping = new Ping();
        socket.onRead((s, data) -> s.write(Ping.replies(replies, ping.requests(data.remaining()))));
    }

    private void answerEach(Socket socket) {
        Ping ping = new Ping();
        socket.onRead((s, data) -> {
            for (int left = ping.requests(data.remaining()); left > 0; left--) {
                s.write(Ping.REPLY);
            }
        });
    }

    private static void echo(Socket socket) {
        socket.onRead((s, data) -> {
            if (!s.write(data)) {
                s.pause();
            }
        });
        socket.onDrain(Socket::resume);
    }

    private void broadcast(Socket socket) {
        Ping ping = new Ping();
        socket.onRead((s, data) -> {
            for (int left = ping.requests(data.remaining()); left > 0; left--) {
                byte[] message = messages.next();
                listeners.forEach(listener -> listener.write(message));
            }
        });
        socket.onClose((s, error) -> listeners.remove(s));
        listeners.add(socket);
        socket.write(Messages.GREETING);
    }
}
