package dev.anyloop.http;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server of HTTP/1.1, over TCP, TLS or a Unix-domain socket.
 *
 * <p>Requests of a connection are answered in their order, also when they come without waiting (pipelined). While an answer is not
 * whole, or the client takes none of those before, the next request is not read. A message that breaks a rule is answered by that rule's status, and the
 * connection closed in a way that lets the answer arrive (RFC 9112, 9.6).
 *
 * <p>All methods but {@link #localAddress()} belong to the loop thread.
 */
public final class HttpServer implements AutoCloseable {

    /** How long what is not wanted any more is read away: as long as others do by default. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    // set once
    private final HttpOptions options;
    private final HttpHandler handler;
    private final Server server;
    private final DateField date;
    private final MessageWriter writer = new MessageWriter();
    private final Together together = new Together();
    private final Spares<MessageReader> readers;
    private final Spares<AnswerFields> fields = new Spares<>(AnswerFields::new);
    private final Ticks ticks;
    private final long headTicks;
    private final long bodyTicks;
    private final long idleTicks;
    private final long lingerTicks;
    // loop thread
    private final Set<HttpConnection> connections = new LinkedHashSet<>();
    private boolean closing;
    private boolean released;
    private @Nullable HttpCallback onClose;

    private HttpServer(EventLoop loop, HttpOptions options, HttpHandler handler, Listening listening) {
        this.options = options;
        this.handler = handler;
        date = new DateField(options.clock());
        readers = new Spares<>(() -> MessageReader.ofRequests(options.limits(), options.leniencies()));
        ticks = new Ticks(loop, this::tick, options.headTimeout(), options.bodyTimeout(), options.idleTimeout());
        headTicks = ticks.of(options.headTimeout());
        bodyTicks = ticks.of(options.bodyTimeout());
        idleTicks = ticks.of(options.idleTimeout());
        lingerTicks = ticks.of(LINGER);
        ListenOptions listen = options.listen().withSocket(
                options.listen().socket().withAllowHalfOpen(true).withCloseTimeout(options.writeTimeout())); // the last answer is one like others
        server = listening.listen(listen, this);
        server.onClose(s -> {
            released = true;
            tellClosed();
        });
    }

    @FunctionalInterface
    private interface Listening {
        Server listen(ListenOptions options, HttpServer of);
    }

    /**
     * Listens on an address; throws what {@link EventLoop#listen(String, int, ListenOptions, dev.anyloop.AcceptCallback)} does.
     *
     * @param loop what it belongs to
     * @param host a literal address, "localhost", or null for 0.0.0.0
     * @param port 0 to 65,535; 0 picks a free one
     * @param options how to serve
     * @param handler who answers
     * @return the server, listening
     */
    public static HttpServer listen(EventLoop loop, @Nullable String host, int port, HttpOptions options, HttpHandler handler) {
        return new HttpServer(loop, options, handler, (listen, of) -> loop.listen(host, port, listen, (server, socket) -> of.accept(socket)));
    }

    /**
     * Listens on an address, such as a {@link java.net.UnixDomainSocketAddress}; throws what
     * {@link EventLoop#listen(SocketAddress, ListenOptions, dev.anyloop.AcceptCallback)} does.
     *
     * @param loop what it belongs to
     * @param address where
     * @param options how to serve
     * @param handler who answers
     * @return the server, listening
     */
    public static HttpServer listen(EventLoop loop, SocketAddress address, HttpOptions options, HttpHandler handler) {
        return new HttpServer(loop, options, handler, (listen, of) -> loop.listen(address, listen, (server, socket) -> of.accept(socket)));
    }

    /**
     * Where it listens. Readable from any thread, also after close.
     *
     * @return the address, with the port that was chosen
     */
    public SocketAddress localAddress() {
        return server.localAddress();
    }

    /**
     * How many connections there are.
     *
     * @return their number, idle ones included
     */
    public int connections() {
        return connections.size();
    }

    /**
     * Stops listening; idle connections are closed, those with a request once it is answered, which tells the client so. To bound that,
     * call {@link EventLoop#shutdown} some time later: it cuts short answers that are not whole. A second call does nothing.
     */
    @Override
    public void close() {
        server.close();
        closing = true;
        connections.forEach(HttpConnection::closeIfIdle); // again, too: stack may have run out in the middle of it
    }

    /**
     * Sets what is told when the server and all its connections are closed.
     *
     * @param callback called on the loop thread, once
     * @return this server
     */
    public HttpServer onClose(HttpCallback callback) {
        onClose = callback;
        return this;
    }

    // ---- connections ----

    private void accept(Socket socket) {
        HttpConnection connection = new HttpConnection(this, socket);
        connections.add(connection);
        ticks.start();
        connection.start(options.writeTimeout());
    }

    void remove(HttpConnection connection) throws Exception {
        connections.remove(connection);
        if (connections.isEmpty()) {
            ticks.stop();
            date.tick(); // or it would be found as it is now whenever the next one comes
        }
        tellClosed();
    }

    private void tellClosed() throws Exception {
        HttpCallback callback = onClose;
        if (released && connections.isEmpty() && callback != null) {
            onClose = null;
            callback.run();
        }
    }

    // ---- deadlines ----

    private void tick() {
        date.tick();
        for (HttpConnection connection : connections) { // they are removed by a callback, never here
            if (connection.deadline() <= ticks.now()) {
                connection.expire();
            }
        }
    }

    long headDeadline() {
        return ticks.now() + headTicks;
    }

    long bodyDeadline() {
        return ticks.now() + bodyTicks;
    }

    long idleDeadline() {
        return ticks.now() + idleTicks;
    }

    long lingerDeadline() {
        return ticks.now() + lingerTicks;
    }

    // ---- for connections ----

    HttpHandler handler() {
        return handler;
    }

    /** Of all: whoever begins takes what it wrote before anybody else can. */
    MessageWriter writer() {
        return writer;
    }

    int highWaterMark() {
        return options.listen().socket().highWaterMark();
    }

    Together together() {
        return together;
    }

    Spares<MessageReader> readers() {
        return readers;
    }

    Spares<AnswerFields> fields() {
        return fields;
    }

    byte[] dateLine() {
        return date.line();
    }

    boolean isClosing() {
        return closing;
    }
}
