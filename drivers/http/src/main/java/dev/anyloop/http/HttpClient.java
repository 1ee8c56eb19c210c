package dev.anyloop.http;

import dev.anyloop.EventLoop;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/1.1, over TCP, TLS or a Unix-domain socket.
 *
 * <p><b>Connections</b> are kept for the next request to the same origin, as many as {@link ClientOptions#maxConnections()}, one request
 * at a time on each; further requests wait. A kept connection does not keep {@link EventLoop#run()} from returning.
 *
 * <p><b>Repeating.</b> A server may end a kept connection just when it is used again. If nothing of an answer came, and the request is
 * one that may be repeated (RFC 9110, 9.2.2: its method is idempotent, and its body can be sent again), it is sent once more. In any
 * other case, it fails, and nothing is ever done twice.
 *
 * <p><b>Answers</b> that break a rule fail their request, and close the connection; so do bytes that nobody asked for. A body that is
 * cut is never told as a whole.
 *
 * <p>All methods, and those of requests and answers, belong to the loop thread.
 */
public final class HttpClient implements AutoCloseable {

    /** What has a deadline, in ticks. */
    interface Expiring {

        long deadline();

        void expire() throws Exception;
    }

    // set once
    private final EventLoop loop;
    private final ClientOptions options;
    private final Ticks ticks;
    private final MessageWriter writer = new MessageWriter();
    private final Spares<MessageReader> readers;
    // loop thread
    private final Map<Origin, Pool> pools = new HashMap<>();
    private final Set<Expiring> expiring = new LinkedHashSet<>();
    private final Deque<HttpCallback> untold = new ArrayDeque<>();
    private boolean closing;

    private HttpClient(EventLoop loop, ClientOptions options) {
        this.loop = loop;
        this.options = options;
        readers = new Spares<>(() -> MessageReader.ofAnswers(options.limits(), options.leniencies()));
        ticks = new Ticks(loop, this::tick, options.connect().connectTimeout(), options.continueTimeout(), options.headTimeout(),
                options.bodyTimeout(), options.idleTimeout());
    }

    /**
     * A client. It connects when it is asked to.
     *
     * @param loop what it belongs to
     * @param options how to ask
     * @return the client
     */
    public static HttpClient open(EventLoop loop, ClientOptions options) {
        return new HttpClient(loop, options);
    }

    /**
     * A request, to be sent by {@link ClientRequest#send}.
     *
     * @param method a token, in the case that is meant: {@code GET}
     * @param uri of http or https, with a host
     * @return the request
     * @throws IllegalArgumentException if the method, the URI's host, or its path or query cannot be sent, or if the method is CONNECT
     * @throws IllegalStateException if the client is closed, or on another thread
     */
    public ClientRequest request(String method, URI uri) {
        checkUsable();
        return new ClientRequest(this, method, uri);
    }

    /**
     * A request with GET, as {@link #request} makes it.
     *
     * @param uri of http or https, with a host
     * @return the request
     * @throws IllegalArgumentException if it is no URI, or cannot be sent
     * @throws IllegalStateException if the client is closed, or on another thread
     */
    public ClientRequest get(String uri) {
        return request("GET", URI.create(uri));
    }

    /**
     * How many connections there are.
     *
     * @return their number, to all origins, kept ones included
     */
    public int connections() {
        return pools.values().stream().mapToInt(Pool::connections).sum();
    }

    /**
     * Takes no more requests. Those that were sent are answered, those waiting too, and then their connections are closed. A second call
     * does nothing.
     */
    @Override
    public void close() {
        checkThread();
        closing = true;
        List.copyOf(pools.values()).forEach(Pool::closeIdle); // again, too: stack may have run out in the middle of it
    }

    private void checkUsable() {
        checkThread();
        if (closing) {
            throw new IllegalStateException("the client is closed (open another one)");
        }
    }

    void checkThread() {
        MessageConnection.checkThread(loop, "the client");
    }

    // ---- for calls and connections ----

    void send(Call call, @Nullable Duration timeout) {
        checkUsable();
        call.start(timeout);
    }

    /** Of the origin; made when it is needed, and gone with its last connection. */
    Pool pool(Origin origin) {
        return pools.computeIfAbsent(origin, it -> new Pool(this, it));
    }

    void remove(Pool pool) {
        pools.remove(pool.origin(), pool);
    }

    EventLoop loop() {
        return loop;
    }

    ClientOptions options() {
        return options;
    }

    /** Of all connections: whoever begins takes what it wrote before anybody else can. */
    MessageWriter writer() {
        return writer;
    }

    Spares<MessageReader> readers() {
        return readers;
    }

    boolean isClosing() {
        return closing;
    }

    void inLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException closed) {
            // then there is nothing to be done any more
        }
    }

    /** Not inside the call in progress, but before the loop is closed: then no timer fires, but whatever is closed is told so. */
    void tellLater(HttpCallback telling) {
        untold.add(telling);
        try {
            loop.timer(Duration.ZERO, timer -> tell());
        } catch (IllegalStateException closed) {
            // by a callback that has thrown besides, which is what is to be thrown on
        }
    }

    void tell() throws Exception {
        for (HttpCallback next = untold.poll(); next != null; next = untold.poll()) {
            next.run();
        }
    }

    // ---- deadlines ----

    long in(Duration timeout) {
        return ticks.now() + ticks.of(timeout);
    }

    void watch(Expiring it) {
        expiring.add(it);
        ticks.start();
    }

    void unwatch(Expiring it) {
        expiring.remove(it);
        if (expiring.isEmpty()) {
            ticks.stop();
        }
    }

    private void tick() throws Exception {
        for (Expiring it : List.copyOf(expiring)) {
            if (expiring.contains(it) && it.deadline() <= ticks.now()) {
                it.expire();
            }
        }
    }
}
