package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.http.protocol.Checks;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What to ask, of {@link HttpClient#request}: say more, then {@link #send} it, once. {@code Host}, and what says how long the body is,
 * is added. What cannot be sent is refused at the call. The class is long because there is much that may be said.
 *
 * <p>All methods belong to the loop thread.
 */
public final class ClientRequest {

    private static final int MOST_REDIRECTS = 50;
    private static final Set<String> ADDED = Set.of("host", "content-length", "transfer-encoding", "connection", "upgrade", "expect");
    private static final Set<String> OF_CONNECTIONS = Set.of("keep-alive", "proxy-connection", "te", "http2-settings");

    // set once
    private final HttpClient client;
    private final String method;
    private final URI uri;
    private final List<String> fields = new ArrayList<>();
    // loop thread
    private @Nullable RequestBody body;
    private @Nullable SocketAddress at;
    private boolean expects;
    private @Nullable Upgrade upgrade;
    private int redirects;
    private @Nullable Duration timeout;
    private @Nullable InterimCallback onInterim;
    private @Nullable Call call;

    ClientRequest(HttpClient client, String method, URI uri) {
        this.client = client;
        this.method = Checks.method(method);
        this.uri = uri;
        if (method.equals("CONNECT")) {
            throw new IllegalArgumentException("there are no tunnels here: method CONNECT (connect a Socket to the proxy)");
        }
        Origin.of(uri, null); // throws here
        Origin.target(method, uri);
    }

    private void requireNotSent() {
        if (call != null) {
            throw new IllegalStateException("the request is sent (make another one)");
        }
    }

    /**
     * Adds a field.
     *
     * @param name a token; not one of those that are added by themselves, or that are about a connection
     * @param value without line breaks and beyond U+00FF nothing
     * @return this request
     * @throws IllegalArgumentException if it cannot be sent (RFC 9110, 5)
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest header(String name, String value) {
        requireNotSent();
        Checks.fieldName(name);
        Checks.fieldValue(value);
        String lower = name.toLowerCase(Locale.ROOT);
        if (ADDED.contains(lower)) {
            throw new IllegalArgumentException(name + " is added by itself (use the URI, at, body, length, upgrade or expectContinue)");
        }
        if (OF_CONNECTIONS.contains(lower)) {
            throw new IllegalArgumentException(name + " is about a connection, and those are the client's (leave it away)");
        }
        fields.add(name);
        fields.add(value);
        return this;
    }

    /**
     * Sets the body.
     *
     * @param bytes all of it, not copied: leave it alone until the request has ended
     * @return this request
     * @throws IllegalArgumentException if a request with this method has none
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest body(byte[] bytes) {
        return body(RequestBody.of(bytes));
    }

    /**
     * Sets the body, encoded as UTF-8, as {@link #body(byte[])} does.
     *
     * @param text all of it
     * @return this request
     */
    public ClientRequest body(String text) {
        return body(text.getBytes(UTF_8));
    }

    /**
     * Sets who sends the body, in chunks unless its {@link #length} is said.
     *
     * @param source called when it is its turn
     * @return this request
     * @throws IllegalArgumentException if a request with this method has none
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest body(BodySource source) {
        return body(RequestBody.of(Objects.requireNonNull(source, "source")));
    }

    private ClientRequest body(RequestBody newBody) {
        requireNotSent();
        if (method.equals("TRACE")) {
            throw new IllegalArgumentException("a body of TRACE (RFC 9110, 9.3.8: use another method)");
        }
        body = newBody;
        return this;
    }

    private RequestBody requireSource() {
        requireNotSent();
        if (body == null || body.source() == null) {
            throw new IllegalStateException("there is no source of a body (call body before)");
        }
        return body;
    }

    /**
     * Says how long a body will be that a source sends.
     *
     * @param length the number of bytes
     * @return this request
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if there is no source, or the request is sent
     */
    public ClientRequest length(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length < 0: " + length + " (leave it away if it is not known)");
        }
        body = requireSource().withLength(length);
        return this;
    }

    /**
     * Says that the source can send the body again: when a connection that was kept turns out to have ended, or for a redirect.
     *
     * @return this request
     * @throws IllegalStateException if there is no source, or the request is sent
     */
    public ClientRequest repeatable() {
        body = requireSource().repeatable();
        return this;
    }

    /**
     * Has the body wait for the server's {@code 100 Continue}, or until {@link ClientOptions#continueTimeout()} is over (RFC 9110,
     * 10.1.1). If an answer comes instead the body is not sent; after 417 the request is sent again without waiting.
     *
     * @return this request
     * @throws IllegalStateException if there is no body, or the request is sent
     */
    public ClientRequest expectContinue() {
        requireNotSent();
        if (body == null || body.length() == 0) {
            throw new IllegalStateException("there is no body that could wait (call body before)");
        }
        expects = true;
        return this;
    }

    /**
     * Offers to go on with another protocol on the connection (RFC 9110, 7.8). If the server answers by 101, the request ends with this
     * callback, and the connection is no longer the client's; any other answer is one like all others.
     *
     * @param protocol its name, perhaps with a version behind a slash
     * @param callback called on the loop thread if the server switches to this protocol; a 101 for another one, or before the request is
     *     sent as a whole, fails the request ({@link HttpFailure#MALFORMED})
     * @return this request
     * @throws IllegalArgumentException if it is no name of a protocol
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest upgrade(String protocol, UpgradeCallback callback) {
        requireNotSent();
        upgrade = new Upgrade(protocol, callback);
        return this;
    }

    /**
     * Asks where answers point to, instead of telling them (RFC 9110, 15.4). A 303 is followed by GET, a POST also after 301 and 302.
     * At another origin, {@code Authorization} and {@code Cookie} are left away, and {@link #at} does not count. From https to http
     * nothing is followed.
     *
     * @param most how often, 1 to 50; then, and if it cannot be done, the request fails ({@link HttpFailure#REDIRECT})
     * @return this request
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest followRedirects(int most) {
        requireNotSent();
        if (most < 1 || most > MOST_REDIRECTS) {
            throw new IllegalArgumentException("redirects: " + most + " (use 1 to " + MOST_REDIRECTS + ")");
        }
        redirects = most;
        return this;
    }

    /**
     * Bounds the request as a whole, from being sent to the end of the answer, redirects included. None by default.
     *
     * @param total a positive duration
     * @return this request
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest timeout(Duration total) {
        requireNotSent();
        HttpOptions.checkTimeout("timeout", total);
        timeout = total;
        return this;
    }

    /**
     * Connects to an address instead of the URI's host, which is asked for all the same: a path at which a server listens, or one of
     * several machines.
     *
     * @param address as for {@link dev.anyloop.EventLoop#connect(SocketAddress, dev.anyloop.ConnectOptions)}
     * @return this request
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest at(SocketAddress address) {
        requireNotSent();
        at = Objects.requireNonNull(address, "address");
        return this;
    }

    /**
     * Sets what is told of interim answers. Without it they are read over.
     *
     * @param callback called for each
     * @return this request
     * @throws IllegalStateException if the request is sent
     */
    public ClientRequest onInterim(InterimCallback callback) {
        requireNotSent();
        onInterim = callback;
        return this;
    }

    /**
     * Sends the request. Nothing happens inside this call. Afterwards either the whole answer comes or a failure, which may come in the
     * middle of it; nothing after {@link #cancel}, or after the callback of {@link #upgrade}, which may come instead.
     *
     * @param onResponse receives the answer
     * @param onFailure is told if there is none, or not all of it
     * @throws IllegalStateException if it was sent already, or the client is closed
     * @throws IllegalArgumentException if there can be nobody {@link #at} that address
     * @throws UnsupportedOperationException if this backend has no such addresses
     */
    public void send(ResponseCallback onResponse, FailureCallback onFailure) {
        requireNotSent();
        Outgoing outgoing = new Outgoing(method, uri, Origin.of(uri, at), List.copyOf(fields), body, expects, upgrade);
        Call made = new Call(client, outgoing, redirects, onInterim, Objects.requireNonNull(onResponse, "onResponse"),
                Objects.requireNonNull(onFailure, "onFailure"));
        client.send(made, timeout);
        call = made;
    }

    /**
     * Sends the request and collects the answer. Throws what {@link #send(ResponseCallback, FailureCallback)} does, and
     * {@link IllegalStateException} after {@link #upgrade}, which may have no answer.
     *
     * @param most how many bytes the body may have, at least 0
     * @return completes on the loop thread, with the answer or an {@link HttpException}; whoever completes or cancels it before, on any
     *     thread, cancels the request
     */
    public CompletableFuture<WholeResponse> send(int most) {
        WholeBody.checkMost(most);
        if (upgrade != null) {
            throw new IllegalStateException("an upgrade to " + upgrade.protocol() + " may have no answer (send with callbacks)");
        }
        CompletableFuture<WholeResponse> future = new CompletableFuture<>();
        send(response -> {
            int status = response.status();
            var headers = response.headers().copy();
            response.body(most, body -> future.complete(new WholeResponse(status, headers, body, response.trailers().copy())));
        }, future::completeExceptionally);
        future.whenComplete((response, failure) -> client.inLoop(call::cancel));
        return future;
    }

    /**
     * Gives up: no callback comes any more, and the connection is closed, whatever the server has done by then.
     *
     * @return true if the request had not ended yet
     * @throws IllegalStateException on another thread
     */
    public boolean cancel() {
        client.checkThread();
        return call != null && call.cancel();
    }
}
