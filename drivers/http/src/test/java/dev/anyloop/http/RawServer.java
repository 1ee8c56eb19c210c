package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.http.protocol.Limits;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server that answers what the test likes, byte by byte. */
final class RawServer {

    /** What it does with a request. */
    @FunctionalInterface
    interface Script {
        void asked(Connection connection, String request) throws Exception;
    }

    /** One of its connections. */
    static final class Connection {

        final Socket socket;
        final int number; // from 0
        final StringBuilder received = new StringBuilder();
        final List<String> requests = new ArrayList<>();
        boolean closed;
        private final MessageReader reader = MessageReader.ofRequests(Limits.defaults().withBody(Long.MAX_VALUE), Set.of());
        private final StringBuilder request = new StringBuilder();

        Connection(Socket socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        Connection send(String text) {
            socket.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
            return this;
        }
    }

    /** What it is told without waiting for the end of a request. */
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    final List<Connection> connections = new ArrayList<>();
    final List<String> requests = new ArrayList<>(); // as "METHOD target body"
    Script onHead = (connection, request) -> { };
    Script onRequest = (connection, request) -> connection.send(OK);

    void listen(EventLoop loop) {
        ListenOptions options = ListenOptions.defaults().withSocket(SocketOptions.defaults().withAllowHalfOpen(true));
        loop.listen(null, 80, options, (server, socket) -> {
            Connection connection = new Connection(socket, connections.size());
            connections.add(connection);
            socket.onRead((s, data) -> {
                        connection.received.append(ISO_8859_1.decode(data.duplicate()));
                        read(connection, data);
                    })
                    .onEnd(s -> s.close())
                    .onError((s, error) -> { })
                    .onClose((s, error) -> connection.closed = true);
        });
    }

    private void read(Connection connection, ByteBuffer data) throws Exception {
        try {
            for (;;) {
                switch (connection.reader.next(data)) {
                    case HEAD -> {
                        connection.request.append(connection.reader.method()).append(' ').append(connection.reader.target()).append(' ');
                        onHead.asked(connection, connection.request.toString().strip());
                    }
                    case BODY -> connection.request.append(ISO_8859_1.decode(connection.reader.body()));
                    case END -> {
                        String request = connection.request.toString().strip();
                        connection.request.setLength(0);
                        connection.requests.add(request);
                        requests.add(request);
                        connection.reader.begin();
                        onRequest.asked(connection, request);
                    }
                    default -> {
                        return;
                    }
                }
            }
        } catch (MalformedException e) {
            throw new AssertionError("the client has sent " + e.getMessage(), e);
        }
    }

    int open() {
        return (int) connections.stream().filter(connection -> !connection.closed).count();
    }
}
