package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.sim.Simulation;
import java.nio.ByteBuffer;

/** Somebody who sends what he likes, and keeps what he gets. */
final class Client {

    static final String NAME = "client";

    private final Socket socket;
    private final StringBuilder received = new StringBuilder();
    private boolean ended;
    private boolean closed;
    private String error = "";

    private Client(EventLoop loop) {
        socket = loop.connect("server", 80, ConnectOptions.defaults().withSocket(SocketOptions.defaults().withAllowHalfOpen(true)))
                .onRead((s, data) -> received.append(ISO_8859_1.decode(data)))
                .onEnd(s -> ended = true)
                .onError((s, e) -> error = e.kind().name())
                .onClose((s, e) -> closed = true);
    }

    static Client of(Simulation sim) {
        Client[] made = new Client[1];
        sim.host(NAME).start(loop -> made[0] = new Client(loop));
        sim.runUntil(() -> made[0] != null);
        return made[0];
    }

    Client send(String text) {
        socket.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        return this;
    }

    Client end() {
        socket.end();
        return this;
    }

    Socket socket() {
        return socket;
    }

    boolean hasEnded() {
        return ended;
    }

    /** However it came to that. */
    boolean hasEndedOrIsClosed() {
        return ended || closed;
    }

    boolean isClosed() {
        return closed;
    }

    String error() {
        return error;
    }

    /** What came so far, without dates. */
    String received() {
        return received.toString().replaceAll("Date: [^\r]*GMT\r\n", "");
    }

    String withDates() {
        return received.toString();
    }

    void forget() {
        received.setLength(0);
    }
}
