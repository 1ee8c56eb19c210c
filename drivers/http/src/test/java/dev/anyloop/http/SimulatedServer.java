package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A server on a simulated host, and clients that send what they like. */
abstract class SimulatedServer {

    static final HttpOptions OPTIONS =
            HttpOptions.defaults().withClock(InstantSource.fixed(Instant.parse("2026-03-05T04:05:06Z")));
    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    static final HttpHandler HELLO =
            (request, response) -> response.header("Content-Type", "text/plain").send("Hello");
    static final String HELLO_ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello";

    HttpServer server;
    EventLoop loop;
    final List<String> told = new ArrayList<>();

    Client client(Simulation sim, HttpHandler handler) {
        return client(sim, OPTIONS, handler);
    }

    Client client(Simulation sim, HttpOptions options, HttpHandler handler) {
        told.clear();
        sim.host("server").start(it -> {
            loop = it;
            server = HttpServer.listen(it, null, 80, options, handler);
        });
        sim.runUntil(() -> server != null);
        return Client.of(sim);
    }

    /** All that a client gets which sends this and ends its side. */
    String answer(Simulation sim, HttpHandler handler, String request) {
        Client client = client(sim, handler).send(request).end();
        sim.runUntil(client::isClosed, Duration.ofSeconds(5)); // long before a deadline would close it
        assertEquals("", client.error());
        return client.received();
    }
}
