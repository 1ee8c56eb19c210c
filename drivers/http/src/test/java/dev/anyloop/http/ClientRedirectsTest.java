package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.util.List;

/** Where a client asks instead, if it is wanted (RFC 9110, 15.4). */
class ClientRedirectsTest extends SimulatedClient {

    private static String redirect(int status, String location) {
        return "HTTP/1.1 " + status + " There\r\nLocation: " + location + "\r\nContent-Length: 4\r\n\r\nover";
    }

    /** What the server was asked by a request that is sent elsewhere once, and how it ended. */
    private List<String> asked(Simulation sim, int status, ClientRequest request) {
        told.clear();
        server.requests.clear();
        server.onRequest = (connection, it) -> connection.send(server.requests.size() == 1 ? redirect(status, "/there?a=b#c") : RawServer.OK);
        send(request.followRedirects(5));
        sim.runUntil(this::hasEnded);
        return server.requests;
    }

    @SimulationTest(runs = 3)
    void theMethodIsKeptOrBecomesGet(Simulation sim) {
        open(sim);
        for (int status : List.of(301, 302)) {
            assertEquals(List.of("POST / x", "GET /there?a=b"), asked(sim, status, request("POST", "/").body("x").header("Content-Type", "a/b")));
            assertEquals(List.of("PUT / x", "PUT /there?a=b x"), asked(sim, status, request("PUT", "/").body("x")));
            assertEquals(List.of("GET /", "GET /there?a=b"), asked(sim, status, get("/")));
        }
        for (int status : List.of(307, 308)) {
            assertEquals(List.of("POST / x", "POST /there?a=b x"), asked(sim, status, request("POST", "/").body("x")));
            assertEquals(List.of("HEAD /", "HEAD /there?a=b"), asked(sim, status, request("HEAD", "/")).subList(0, 2));
        }
        assertEquals(List.of("PUT / x", "GET /there?a=b"), asked(sim, 303, request("PUT", "/").body("x")));
        assertEquals(3, server.connections.get(0).received.toString().split("Content-Type").length, "not of a body that is gone");
    }

    @SimulationTest(runs = 3)
    void oneConnectionIsEnoughForBoth(Simulation sim) {
        open(sim);
        asked(sim, 302, get("/"));
        assertEquals(List.of("200 OK", "<ok>"), told);
        assertEquals(1, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void whatIsNotWantedIsTold(Simulation sim) {
        assertEquals(List.of("302 There", "<over>"), answered(sim, redirect(302, "/there")));
    }

    @SimulationTest(runs = 3)
    void thereIsAMost(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send(redirect(302, "/again"));
        send(get("/").followRedirects(3));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("REDIRECT"), told);
        assertEquals(4, server.requests.size());
    }

    @SimulationTest(runs = 3)
    void secretsAreForTheirOriginAlone(Simulation sim) {
        open(sim);
        RawServer other = new RawServer();
        sim.host("other").start(other::listen);
        server.onRequest = (connection, request) -> connection.send(request.equals("GET /") ? redirect(302, "/same") : redirect(302, "http://other/b"));
        send(get("/").header("Authorization", "secret").header("Cookie", "secret").header("X", "y").followRedirects(3));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("200 OK", "<ok>"), told);
        String same = server.connections.get(0).received.toString();
        assertTrue(same.endsWith("GET /same HTTP/1.1\r\nHost: server\r\nAuthorization: secret\r\nCookie: secret\r\nX: y\r\n\r\n"), same);
        assertEquals("GET /b HTTP/1.1\r\nHost: other\r\nX: y\r\n\r\n", other.connections.get(0).received.toString());
    }

    @SimulationTest(runs = 3)
    void placesAreReadByTheNewerRules(Simulation sim) {
        open(sim);
        for (List<String> of : List.of(List.of("/a/b?c", "?d", "/a/b?d"), List.of("/a/b", "c", "/a/c"), List.of("/a/b", "../c", "/c"),
                List.of("", "c", "/c"), List.of("", "?d", "/?d"), List.of("?c", "?d", "/?d"), List.of("/a", "//server/c", "/c"), List.of("/a", "http://server", "/"), List.of("/a", "/\u00e4 b", "/%E4%20b"),
                List.of("/a/b", "../../../c/./d/..", "/c/"), List.of("/a/b", "/../c/../d", "/d"), List.of("/a/b?c", "", "/a/b?c"), List.of("/a/b?c", "#d", "/a/b?c"),
                List.of("/a/b", "..", "/"), List.of("/a/b", "c:d/../e/.", "REDIRECT"), List.of("/a/b", "./c:d//e/..", "/a/c:d//"), List.of("/a", "http://server/b/../c", "/c"),
                List.of("/a", "/b[c]|d^e?f[g]|{h}", "/b%5Bc%5D%7Cd%5Ee?f[g]%7C%7Bh%7D"), List.of("/a", "HTTP://SERVER/b", "/b"))) {
            server.requests.clear();
            told.clear();
            server.onRequest = (connection, it) -> connection.send(server.requests.size() == 1 ? redirect(302, of.get(1)) : RawServer.OK);
            send(get(of.get(0)).followRedirects(1));
            sim.runUntil(this::hasEnded);
            assertEquals(of.get(2), server.requests.size() > 1 ? server.requests.get(1).substring("GET ".length()) : told.get(0), of.toString());
        }
    }

    @SimulationTest(runs = 3)
    void whereNobodyCanBeAskedIsAFailure(Simulation sim) {
        open(sim);
        for (String location : List.of("ftp://server/", "http://", "http://me:secret@server/", "/a%", "http://[::", "mailto:me")) {
            told.clear();
            server.onRequest = (connection, it) -> connection.send(redirect(302, location));
            send(get("/").followRedirects(1));
            sim.runUntil(this::hasEnded);
            assertEquals(List.of("REDIRECT"), told, location);
        }
    }

    @SimulationTest(runs = 3)
    void aBodyThatCannotBeSentAgainIsNot(Simulation sim) {
        open(sim);
        BodySource source = sink -> {
            sink.write(ByteBuffer.wrap(new byte[] {'x'}));
            sink.end();
        };
        assertEquals(List.of("POST / x"), asked(sim, 307, request("POST", "/").body(source)));
        assertEquals(List.of("REDIRECT"), told);
        assertEquals(List.of("POST / x", "POST /there?a=b x"), asked(sim, 307, request("POST", "/").body(source).repeatable()));
    }

    @SimulationTest(runs = 3)
    void aLongBodyOfARedirectIsNotReadAway(Simulation sim) {
        open(sim);
        for (String framing : List.of("Content-Length: 10000000\r\n", "")) {
            server.requests.clear();
            told.clear();
            server.onRequest = (connection, it) -> {
                if (server.requests.size() > 1) {
                    connection.send(RawServer.OK);
                } else {
                    connection.send("HTTP/1.1 302 There\r\nLocation: /there\r\n" + framing + "\r\n");
                    connection.send("x".repeat(300_000));
                }
            };
            send(get("/").followRedirects(1));
            sim.runUntil(this::hasEnded);
            assertEquals(List.of("200 OK", "<ok>"), told);
        }
    }
}
