package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a client sends, and what it refuses to. */
class ClientRequestsTest extends SimulatedClient {

    private String sent(Simulation sim, ClientRequest request) {
        int before = server.requests.size();
        CompletableFuture<WholeResponse> answer = request.at(new InetSocketAddress("10.0.0.1", 80)).send(100);
        sim.runUntil(answer::isDone);
        assertEquals("ok", answer.join().text());
        assertEquals(before + 1, server.requests.size());
        RawServer.Connection connection = server.connections.get(server.connections.size() - 1);
        String received = connection.received.toString();
        connection.received.setLength(0);
        return received;
    }

    @SimulationTest(runs = 3)
    void hostIsThatOfTheUriWithAPortThatIsNotTheUsualOne(Simulation sim) {
        open(sim);
        for (List<String> of : List.of(List.of("http://Server/", "server"), List.of("http://server:80/", "server"), List.of("http://server:/", "server"),
                List.of("http://server:8080/", "server:8080"), List.of("http://[2001:DB8::1]/", "[2001:db8::1]"),
                List.of("http://[::1]:81/", "[::1]:81"), List.of("http://[fe80::1%25eth0]:81/", "[fe80::1]:81"),
                List.of("http://my_host/", "my_host"), List.of("http://10.0.0.1:443/", "10.0.0.1:443"))) {
            assertEquals("GET / HTTP/1.1\r\nHost: " + of.get(1) + "\r\n\r\n", sent(sim, client.get(of.get(0))));
        }
    }

    @SimulationTest(runs = 3)
    void theTargetIsThePathAndTheQuery(Simulation sim) {
        open(sim);
        for (List<String> of : List.of(List.of("http://server", "/"), List.of("http://server?a=b", "/?a=b"), List.of("http://server/a%20b?c#d", "/a%20b?c"),
                List.of("http://server//a/../b", "//a/../b"))) {
            assertEquals("GET " + of.get(1) + " HTTP/1.1\r\nHost: server\r\n\r\n", sent(sim, client.get(of.get(0))));
        }
        assertEquals("OPTIONS * HTTP/1.1\r\nHost: server\r\n\r\n", sent(sim, client.request("OPTIONS", URI.create("http://server"))));
        assertEquals("OPTIONS / HTTP/1.1\r\nHost: server\r\n\r\n", sent(sim, client.request("OPTIONS", URI.create("http://server/"))));
    }

    @SimulationTest(runs = 3)
    void theLengthIsThatOfTheBody(Simulation sim) {
        open(sim);
        assertEquals("POST / HTTP/1.1\r\nHost: server\r\nContent-Length: 0\r\n\r\n", sent(sim, request("POST", "/")));
        assertEquals("DELETE / HTTP/1.1\r\nHost: server\r\n\r\n", sent(sim, request("DELETE", "/")));
        assertEquals("PUT / HTTP/1.1\r\nHost: server\r\nX: y\r\nContent-Length: 3\r\n\r\n\u00c3\u00a4a",
                sent(sim, request("PUT", "/").header("X", "y").body("\u00e4a")));
        BodySource source = sink -> {
            sink.write(ByteBuffer.wrap(new byte[] {'a', 'b'}));
            sink.end();
        };
        assertEquals("PUT / HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", sent(sim, request("PUT", "/").body(source)));
        assertEquals("PUT / HTTP/1.1\r\nHost: server\r\nContent-Length: 2\r\n\r\nab", sent(sim, request("PUT", "/").body(source).length(2)));
        assertEquals("PUT / HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", sent(sim, request("PUT", "/").body(BodySink::end)));
    }

    @SimulationTest(runs = 3)
    void whatCannotBeSentIsRefusedAtTheCall(Simulation sim) {
        open(sim);
        refused("ftp://server/", () -> client.get("ftp://server/"));
        refused("http:server", () -> client.get("http:server"));
        refused("a user in the URI of server", () -> client.get("http://me:secret@server/"));
        refused("no port: 65536", () -> client.get("http://server:65536/"));
        refused("no port: 0", () -> client.get("http://server:0/"));
        refused("not a host: \"\"", () -> client.get("http://:80/"));
        refused("an encoded host: a%2fb", () -> client.get("http://a%2Fb/"));
        refused("not a target: \"/\\u00e4\"", () -> client.get("http://server/\u00e4"));
        refused("not a method: \"G T\"", () -> request("G T", "/"));
        refused("CONNECT", () -> request("CONNECT", "/"));
        refused("not the name of a field: \"X Y\"", () -> get("/").header("X Y", "z"));
        refused("not the value of a field: \"a\\u000d\\u000aX: b\"", () -> get("/").header("X", "a\r\nX: b"));
        for (String name : List.of("Host", "content-length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE", "Keep-Alive")) {
            refused(name, () -> get("/").header(name, "1"));
        }
        refused("TRACE", () -> request("TRACE", "/").body("x"));
        refused("most < 0: -1", () -> get("/").send(-1));
        refused("redirects: 0", () -> get("/").followRedirects(0));
        refused("timeout: PT0S", () -> get("/").timeout(Duration.ZERO));
        refused("length < 0: -1", () -> request("PUT", "/").body(BodySink::end).length(-1));
        refused("maxConnections < 1: 0", () -> ClientOptions.defaults().withPool(0, 0, Duration.ofSeconds(1)));
        refused("headTimeout: PT0S", () -> ClientOptions.defaults().withTimeouts(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)));
        refused("[h2, http/1.1]", () -> ClientOptions.defaults().withConnect(
                ConnectOptions.defaults().withTls(TlsOptions.client().withAlpn("h2", "http/1.1"))));
        refused("serverName for all origins: a", () -> ClientOptions.defaults().withConnect(
                ConnectOptions.defaults().withTls(TlsOptions.client().withServerName("a"))));
        assertEquals(0, client.connections());
    }

    private static void refused(String words, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(words) && !message.contains("secret"), message);
        assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), "shown safely: " + message);
    }

    @SimulationTest(runs = 3)
    void misuseIsThrownAtTheCall(Simulation sim) {
        open(sim);
        assertThrows(IllegalStateException.class, () -> get("/").expectContinue());
        assertThrows(IllegalStateException.class, () -> get("/").length(3));
        assertThrows(IllegalStateException.class, () -> request("PUT", "/").body("x").repeatable());
        ClientRequest request = get("/");
        CompletableFuture<WholeResponse> answer = request.send(10);
        assertThrows(IllegalStateException.class, () -> request.send(10));
        assertThrows(IllegalStateException.class, () -> request.header("X", "y"));
        sim.runUntil(answer::isDone);
        client.close();
        assertThrows(IllegalStateException.class, () -> get("/"));
    }
}
