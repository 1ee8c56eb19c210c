package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Socket;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import dev.anyloop.tck.record.CapturedLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** How a server hands a connection over to another protocol (RFC 9110, 7.8). */
class UpgradesTest extends SimulatedServer {

    private static final String ASKS = "GET /up HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: other/2, Echo\r\n\r\n";
    private static final String SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    private static final String FIRST = "GET / HTTP/1.1\r\n"; // which is none any more

    /** Sends back what comes, and ends when the client has. */
    private static final UpgradeCallback ECHO = (socket, headers, first) -> {
        socket.onRead((s, data) -> s.write(data)).onEnd(Socket::end);
        socket.write(first);
    };
    private static final HttpHandler HANDLER = (request, response) -> response.upgrade("echo", ECHO);

    @SimulationTest(runs = 1)
    void nothingIsLostOrReadAsARequestWhereverItIsCut(Simulation sim) {
        String bytes = ASKS + FIRST;
        client(sim, HANDLER);
        for (int cut = 0; cut <= bytes.length(); cut++) {
            Client client = Client.of(sim).send(bytes.substring(0, cut));
            sim.advance(Duration.ofMillis(5));
            client.send(bytes.substring(cut));
            sim.runUntil(() -> client.received().equals(SWITCHED + FIRST), Duration.ofSeconds(1));
            client.send("more").end();
            sim.runUntil(client::isClosed, Duration.ofSeconds(1));
            assertEquals(SWITCHED + FIRST + "more", client.received());
            assertEquals("", client.error());
        }
    }

    @SimulationTest(runs = 3)
    void aHandlerMayUpgradeLaterAndBehindAnswersBefore(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            if (request.target().equals("/")) {
                response.send("hi");
            } else {
                request.onEnd(() -> told.add("end"));
                loop.timer(Duration.ofMillis(50), timer -> response.header("X", "1").upgrade("ECHO", (socket, headers, first) -> {
                    told.add(headers.get("Upgrade"));
                    ECHO.upgraded(socket, headers, first);
                }));
            }
        };
        sim.host("server");
        sim.host(Client.NAME);
        Rule chunks = sim.link(Client.NAME, "server").chunks(3);
        String bytes = answer(sim, handler, GET + ASKS + FIRST + "more");
        chunks.close();
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                + SWITCHED.replace("Upgrade: echo", "Upgrade: ECHO\r\nX: 1") + FIRST + "more", bytes);
        assertEquals(List.of("end", "other/2, Echo"), told);
    }

    /** As of a socket that was never one of HTTP's (ERR-004). */
    @SimulationTest(runs = 1)
    void whatFailsItAfterwardsIsLoggedIfNobodyAsksForIt(Simulation sim) {
        try (CapturedLog log = new CapturedLog()) {
            failAfterUpgrade(sim, socket -> { });
            assertEquals(1, log.lines().size(), () -> log.lines().toString());
            String line = log.lines().get(0);
            assertTrue(line.startsWith("WARNING read ") && line.contains("timeout"), line);
        }
    }

    @SimulationTest(runs = 1)
    void whatFailsItAfterwardsIsForItsErrorCallback(Simulation sim) {
        try (CapturedLog log = new CapturedLog()) {
            failAfterUpgrade(sim, socket -> socket.onError((s, error) -> told.add(error.kind().toString())));
            assertEquals(List.of("READ_TIMEOUT"), told);
            assertEquals(List.of(), log.lines());
        }
    }

    private void failAfterUpgrade(Simulation sim, Consumer<Socket> upgraded) {
        Client client = client(sim, (request, response) -> response.upgrade("echo", (socket, headers, first) -> {
            socket.readTimeout(Duration.ofSeconds(1));
            upgraded.accept(socket);
        })).send(ASKS);
        sim.runUntil(client::hasEndedOrIsClosed, Duration.ofSeconds(5));
        sim.advance(Duration.ofSeconds(1));
    }

    @SimulationTest(runs = 1)
    void aRequestWithABodyIsUpgradedAtItsEnd(Simulation sim) {
        String head = "POST /up HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n";
        client(sim, (request, response) -> {
            assertTrue(request.asksFor("echo") && request.asksFor("ECHO") && !request.asksFor("other"));
            assertThrows(IllegalStateException.class, () -> response.upgrade("echo", ECHO));
            request.body(10, body -> response.upgrade("echo", (socket, headers, first) -> {
                socket.write(body);
                ECHO.upgraded(socket, headers, first);
            }));
        });
        for (String bytes : List.of(head + "Content-Length: 2\r\n\r\nab" + FIRST,
                head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: 1\r\n\r\n" + FIRST)) {
            for (int cut = head.length(); cut <= bytes.length(); cut++) {
                Client client = Client.of(sim).send(bytes.substring(0, cut));
                sim.advance(Duration.ofMillis(5));
                client.send(bytes.substring(cut)).end();
                sim.runUntil(client::isClosed, Duration.ofSeconds(1));
                assertEquals(SWITCHED + "ab" + FIRST, client.received());
            }
        }
    }

    @SimulationTest(runs = 3)
    void whoPausesAndResumesWhileUpgradingLosesNothing(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            request.pause();
            loop.timer(Duration.ofMillis(20), timer -> {
                request.resume();
                response.upgrade("echo", (socket, headers, first) -> {
                    ECHO.upgraded(socket, headers, first);
                    socket.pause();
                    loop.timer(Duration.ofMillis(20), it -> socket.resume());
                });
            });
        };
        assertEquals(SWITCHED + FIRST, answer(sim, handler, ASKS + FIRST));
    }

    /** The last bytes of the request were held, and the end of the client with them: it is the new protocol's. */
    @SimulationTest(runs = 3)
    void theEndBehindABodyThatWasHeldBackIsToldToTheNewProtocol(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            request.pause().body(10, body -> response.upgrade("echo", ECHO));
            loop.timer(Duration.ofMillis(20), timer -> request.resume());
        };
        String head = "POST /up HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\nContent-Length: 2\r\n\r\n";
        assertEquals(SWITCHED, answer(sim, handler, head + "ab"));
        assertEquals(0, server.connections());
    }

    @SimulationTest(runs = 3)
    void nothingOfHttpIsLeftBehind(Simulation sim) {
        Socket[] handed = new Socket[1];
        Client client = client(sim, OPTIONS.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                (request, response) -> response.upgrade("echo", (socket, headers, first) -> handed[0] = socket)).send(ASKS);
        sim.runUntil(() -> handed[0] != null && client.received().equals(SWITCHED));
        assertEquals(0, server.connections());
        server.onClose(() -> told.add("server"));
        server.close();
        sim.runUntil(() -> !told.isEmpty());
        sim.advance(Duration.ofMinutes(5));
        client.send("x".repeat(100_000));
        sim.advance(Duration.ofSeconds(5));
        assertTrue(handed[0].isOpen());
        client.socket().pause();
        handed[0].write(new byte[10_000_000]);
        sim.advance(Duration.ofMinutes(5)); // nobody takes it, and no write timeout is left
        assertTrue(handed[0].isOpen());
        client.socket().resume();
        handed[0].onClose((s, error) -> told.add("socket")).close();
        sim.runUntil(() -> told.size() == 2);
        assertEquals(List.of("server", "socket"), told);
    }

    @SimulationTest(runs = 3)
    void whatTheRequestDidNotAskForIsRefusedAtTheCall(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> response.upgrade("echo", ECHO));
            assertTrue(refusal.getMessage().contains("does not ask for an upgrade to echo"), refusal.getMessage());
            assertThrows(IllegalArgumentException.class, () -> response.upgrade("a b", ECHO));
            assertThrows(IllegalArgumentException.class, () -> response.upgrade("a/", ECHO));
            assertThrows(IllegalArgumentException.class, () -> response.upgrade("a/b/c", ECHO));
            response.send("no");
            assertThrows(IllegalStateException.class, () -> response.upgrade("echo", ECHO));
        };
        String no = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno";
        assertEquals(no.repeat(3) + no.replace("OK\r\n", "OK\r\nConnection: keep-alive\r\n"), answer(sim, handler,
                ASKS.replace("keep-alive, Upgrade", "keep-alive") + ASKS.replace("Echo", "echo/1") + GET + ASKS.replace("1.1", "1.0")));
    }

    @SimulationTest(runs = 3)
    void anAnswerThatHasBegunIsNoneToUpgrade(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.write(ByteBuffer.wrap("a".getBytes(ISO_8859_1)));
            assertThrows(IllegalStateException.class, () -> response.upgrade("echo", ECHO));
            response.end();
        };
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", answer(sim, handler, ASKS));
        assertThrows(NullPointerException.class, () -> new Upgrade("echo", null));
    }

    @SimulationTest(runs = 3)
    void anAnswerMayAskForAnUpgradeInItsTurn(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.status(426).header("Upgrade", "echo");
            assertThrows(IllegalStateException.class, () -> response.upgrade("echo", ECHO));
            response.send();
        };
        String answer = "HTTP/1.1 426 Upgrade Required\r\nConnection: upgrade\r\nUpgrade: echo\r\nContent-Length: 0\r\n\r\n";
        HttpHandler plain = (request, response) -> response.send();
        assertEquals(answer + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                answer(sim, (request, response) -> (request.target().equals("/up") ? handler : plain).handle(request, response), ASKS + GET));
    }

    @SimulationTest(runs = 3)
    void anUpgradeIsTheOnlyAnswer(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.upgrade("echo", ECHO);
            assertThrows(IllegalStateException.class, () -> response.send("x"));
            assertThrows(IllegalStateException.class, () -> response.write(ByteBuffer.allocate(1)));
            assertThrows(IllegalStateException.class, () -> response.upgrade("echo", ECHO));
        };
        assertEquals(SWITCHED, answer(sim, handler, ASKS));
    }

    @SimulationTest(runs = 3)
    void whatTheNewProtocolThrowsClosesTheSocketAndIsTold(Simulation sim) {
        Client client = client(sim, (request, response) -> response.upgrade("echo", (socket, headers, first) -> {
            throw new IllegalArgumentException("mine");
        }));
        loop.onUncaught((l, thrown) -> told.add(thrown.getMessage()));
        client.send(ASKS);
        sim.runUntil(client::hasEndedOrIsClosed, Duration.ofSeconds(1));
        assertEquals(List.of("mine"), told);
        assertEquals(SWITCHED, client.received());
        assertEquals(0, server.connections());
    }

    @SimulationTest(runs = 3)
    void aHandlerThatThrowsAfterwardsLosesTheConnection(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.onLost(() -> told.add("lost")).upgrade("echo", (socket, headers, first) -> told.add("upgraded"));
            throw new IllegalArgumentException("mine");
        });
        loop.onUncaught((l, thrown) -> told.add(thrown.getMessage()));
        client.send(ASKS).end();
        sim.runUntil(client::isClosed, Duration.ofSeconds(8));
        assertEquals(List.of("mine", "lost"), told);
        assertEquals(0, server.connections());
    }

    /** Who has ended its side cannot speak the other protocol, and who is gone even less. */
    @SimulationTest(runs = 3)
    void aClientThatHasEndedOrIsGoneIsLost(Simulation sim) {
        Client first = client(sim, (request, response) -> {
            response.onLost(() -> told.add("lost"));
            loop.timer(Duration.ofMillis(100), timer -> response.upgrade("echo", (socket, headers, bytes) -> told.add("upgraded")));
        });
        first.send(ASKS).end();
        sim.runUntil(first::isClosed, Duration.ofSeconds(1));
        Client second = Client.of(sim).send(ASKS);
        sim.advance(Duration.ofMillis(50));
        second.socket().abort();
        sim.advance(Duration.ofSeconds(1));
        assertEquals(List.of("lost", "lost"), told);
        assertEquals(0, server.connections());
        assertFalse(second.received().contains("101"));
    }
}
