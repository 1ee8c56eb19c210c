/**
 * A server and a client of HTTP/1.1 (RFC 9110, RFC 9112): strict, bounded and with deadlines unless they are told otherwise.
 *
 * <pre>{@code
 * EventLoop.start(loop -> HttpServer.listen(loop, "127.0.0.1", 8080, HttpOptions.defaults(),
 *         (request, response) -> response.header("Content-Type", "text/plain").send("Hello, world!")));
 *
 * EventLoop.start(loop -> HttpClient.open(loop, ClientOptions.defaults()).get("http://127.0.0.1:8080/").send(1 << 20)
 *         .thenAccept(response -> System.out.println(response.text())));
 * }</pre>
 *
 * <p>Everything belongs to the thread of the loop of a server or client, and every callback runs on it, never inside the call that caused
 * it. Misuse is thrown at the call. What a callback throws goes to {@link dev.anyloop.EventLoop#onUncaught}, as everywhere in Anyloop, and
 * costs the connection; a server tells 500, a client's request fails. What can be sent and read, without a socket, is in
 * {@link dev.anyloop.http.protocol}.
 */
@NullMarked
package dev.anyloop.http;

import org.jspecify.annotations.NullMarked;
