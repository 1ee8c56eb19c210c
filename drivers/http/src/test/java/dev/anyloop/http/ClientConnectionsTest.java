package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.Socket;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How connections are kept, shared, found to have ended, and given up. */
class ClientConnectionsTest extends SimulatedClient {

    private static final Duration LONG = Duration.ofSeconds(30);

    private WholeResponse answer(Simulation sim, ClientRequest request) {
        CompletableFuture<WholeResponse> answer = request.send(1000);
        sim.runUntil(answer::isDone);
        return answer.join();
    }

    @SimulationTest(runs = 3)
    void requestsWaitForOneOfTheConnectionsThereMayBe(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(2, 3, LONG));
        server.onRequest = (connection, request) -> connection.socket.loop().timer(Duration.ofMillis(50), timer ->
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + request.length() + "\r\n\r\n" + request));
        List<CompletableFuture<WholeResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(get("/" + i).send(100));
        }
        send(get("/5"));
        sim.runUntil(() -> answers.stream().allMatch(CompletableFuture::isDone) && !told.isEmpty());
        assertEquals(List.of("REFUSED"), told);
        for (int i = 0; i < 5; i++) {
            assertEquals("GET /" + i, answers.get(i).join().text());
        }
        assertEquals(2, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void whoWaitsTooLongForAConnectionIsTold(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 3, LONG)
                .withConnect(ConnectOptions.defaults().withConnectTimeout(Duration.ofSeconds(2))));
        server.onRequest = (connection, request) -> { };
        get("/1").send(100);
        send(get("/2"));
        sim.runUntil(() -> !told.isEmpty(), Duration.ofSeconds(4));
        assertEquals(List.of("NO_CONNECTION"), told);
        assertEquals(List.of("GET /1"), server.requests);
    }

    /** The server ends what is kept, and the end crosses the next request. */
    @SimulationTest(runs = 20)
    void aRequestThatMayBeRepeatedIsIfItsConnectionHasEnded(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> {
            if (connection.number == 0 && connection.requests.size() == 2) {
                connection.socket.abort();
            } else {
                connection.send(RawServer.OK);
            }
        };
        assertEquals("ok", answer(sim, get("/1")).text());
        assertEquals("ok", answer(sim, request("PUT", "/2").body("again")).text());
        assertEquals(List.of("GET /1", "PUT /2 again", "PUT /2 again"), server.requests);
    }

    /** It has waited its turn, and its connection counts until it is gone. */
    @SimulationTest(runs = 20)
    void whatIsSentAgainIsNotRefusedAndHasItsTurnBeforeWhoWaits(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 1, LONG));
        server.onHead = (connection, request) -> {
            if (connection.received.indexOf("Expect") >= 0) {
                connection.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
            }
        };
        server.onRequest = (connection, request) -> {
            if (connection.number == 0 && connection.requests.size() == 2) {
                connection.socket.abort();
            } else if (request.equals("GET /there")) {
                connection.send("HTTP/1.1 302 Found\r\nLocation: /here\r\nContent-Length: 10000000\r\n\r\n");
            } else {
                connection.send(RawServer.OK);
            }
        };
        assertEquals("ok", answer(sim, get("/1")).text());
        List<ClientRequest> requests = List.of(get("/2"), get("/there").followRedirects(1), request("POST", "/post").body("body").expectContinue());
        for (ClientRequest request : requests) { // a repeated one, a redirected one, and one that was expected too much of
            CompletableFuture<WholeResponse> sentAgain = request.send(100);
            CompletableFuture<WholeResponse> waits = get("/waits").send(100);
            sim.runUntil(() -> sentAgain.isDone() && waits.isDone());
            assertEquals("okok", sentAgain.join().text() + waits.join().text());
        }
        assertEquals(List.of("GET /1", "GET /2", "GET /2", "GET /waits", "GET /there", "GET /here", "GET /waits", "POST /post body", "GET /waits"),
                server.requests);
    }

    @SimulationTest(runs = 20)
    void aRequestThatMayNotBeRepeatedFailsIfItsConnectionHasEnded(Simulation sim) {
        for (boolean post : new boolean[] {true, false}) {
            if (client == null) {
                open(sim);
            }
            told.clear();
            server.requests.clear();
            server.onRequest = (connection, request) -> {
                if (connection.requests.size() % 2 == 0) {
                    connection.socket.abort();
                } else {
                    connection.send(RawServer.OK);
                }
            };
            assertEquals("ok", answer(sim, get("/1")).text());
            boolean[] mayBeDone = new boolean[1];
            ClientRequest request = post ? request("POST", "/2").body("once") : request("PUT", "/2").body(sink -> {
                sink.write(ByteBuffer.wrap("once".getBytes()));
                sink.end();
            });
            request.send(response -> told.add("answered"), failure -> {
                told.add(failure.kind().name());
                mayBeDone[0] = failure.mayBeDone();
            });
            sim.runUntil(() -> !told.isEmpty());
            assertEquals(List.of("LOST"), told);
            assertTrue(mayBeDone[0]);
            sim.advance(Duration.ofSeconds(5));
            assertEquals(2, server.requests.size());
        }
    }

    @SimulationTest(runs = 3)
    void aNewConnectionThatEndsWithoutAnAnswerIsNoReasonToRepeat(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.socket.abort();
        send(get("/"));
        sim.runUntil(() -> !told.isEmpty());
        sim.advance(Duration.ofSeconds(5));
        assertEquals(List.of("LOST"), told);
        assertEquals(List.of("GET /"), server.requests);
    }

    @SimulationTest(runs = 3)
    void aRequestIsRepeatedOnceOnly(Simulation sim) {
        open(sim);
        assertEquals("ok", answer(sim, get("/1")).text());
        server.onRequest = (connection, request) -> connection.socket.abort();
        send(get("/2"));
        sim.runUntil(() -> !told.isEmpty());
        sim.advance(Duration.ofSeconds(5));
        assertEquals(List.of("LOST"), told);
        assertEquals(List.of("GET /1", "GET /2", "GET /2"), server.requests);
    }

    @SimulationTest(runs = 3)
    void somethingOfAnAnswerIsReasonNotToRepeat(Simulation sim) {
        for (String something : List.of("H", "HTTP/1.1 102 Processing\r\n\r\n")) {
            if (client == null) {
                open(sim);
            }
            told.clear();
            server.onRequest = (connection, request) -> connection.send(RawServer.OK);
            assertEquals("ok", answer(sim, get("/1")).text());
            server.onRequest = (connection, request) -> connection.send(something).socket.close();
            send(get("/2"));
            sim.runUntil(() -> !told.isEmpty());
            assertEquals(List.of("INCOMPLETE"), told);
        }
        assertEquals(4, server.requests.size());
    }

    @SimulationTest(runs = 3)
    void bytesOnAKeptConnectionCloseIt(Simulation sim) {
        open(sim);
        assertEquals("ok", answer(sim, get("/1")).text());
        server.connections.get(0).send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
        sim.runUntil(() -> server.open() == 0);
        assertEquals("ok", answer(sim, get("/2")).text());
        assertEquals(2, server.connections.size());
    }

    /**
     * The reset and what the request is made upon come in one poll. If the reset is told first, the request has a connection of its own;
     * else it has gone on the one that is reset, and is lost.
     */
    @Test
    void aConnectionThatHasFailedIsNotUsedAgainBeforeItsCloseIsTold() {
        int answered = 0;
        for (long seed = 0; seed < 60; seed++) {
            try (Simulation sim = Simulation.withSeed(seed)) {
                answered += askedWhenReset(sim).equals("ok") ? 1 : 0;
            }
        }
        assertTrue(answered > 0, "none of 60 was answered");
    }

    private String askedWhenReset(Simulation sim) {
        open(sim);
        Socket[] other = new Socket[1];
        sim.host("other").start(it -> it.listen(null, 80, (listening, accepted) -> other[0] = accepted));
        sim.link(CLIENT, SERVER).latency(Duration.ofMillis(1));
        sim.link(CLIENT, "other").latency(Duration.ZERO);
        assertEquals("ok", answer(sim, get("/1")).text());
        List<String> ends = new ArrayList<>();
        loop.execute(() -> loop.connect("other", 80, ConnectOptions.defaults()).onRead((socket, data) ->
                request("POST", "/2").body("once").send(100)
                        .whenComplete((answer, failure) -> ends.add(answer != null ? answer.text() : failure.getMessage()))));
        sim.advance(Duration.ofSeconds(1));
        other[0].loop().execute(() -> {
            other[0].write("x");
            other[0].loop().execute(() -> sim.link(CLIENT, SERVER).reset());
        });
        sim.runUntil(() -> !ends.isEmpty());
        return ends.get(0);
    }

    /**
     * The request is made in one callback of a poll, and in another one of the same poll they are there. They may also arrive when the
     * poll is over, and the request not gone yet: that is when nothing tells them from an answer (decision 83), and it is rare.
     */
    @Test
    void bytesThatComeBeforeTheRequestHasGoneDoNotAnswerIt() {
        int evil = 0;
        for (long seed = 0; seed < 100; seed++) {
            try (Simulation sim = Simulation.withSeed(seed)) {
                evil += crossed(sim).equals("ok") ? 0 : 1;
            }
        }
        assertTrue(evil <= 10, evil + " of 100");
    }

    private String crossed(Simulation sim) {
        open(sim);
        sim.link(CLIENT, SERVER).latency(Duration.ofMillis(1));
        CompletableFuture<WholeResponse> one = get("/1").send(100);
        assertEquals("ok", answer(sim, get("/2")).text());
        sim.runUntil(one::isDone);
        List<CompletableFuture<WholeResponse>> next = new ArrayList<>();
        server.onRequest = (connection, request) -> {
            connection.send(RawServer.OK);
            server.connections.get(1 - connection.number).send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            server.onRequest = (c, r) -> c.send(RawServer.OK);
        };
        get("/3").send(response -> response.onEnd(() -> next.add(get("/4").send(100))), failure -> told.add(failure.toString()));
        sim.runUntil(() -> !next.isEmpty() && next.get(0).isDone());
        assertEquals(List.of(), told);
        return next.get(0).join().text();
    }

    /** While an answer is paused the socket is, and what comes then is found only afterwards. */
    @SimulationTest(runs = 20)
    void bytesThatCameWhileTheAnswerBeforeWasPausedDoNotAnswerTheNext(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 10, LONG));
        ClientResponse[] paused = new ClientResponse[1];
        get("/1").send(response -> paused[0] = response.pause(), failure -> told.add(failure.toString()));
        CompletableFuture<WholeResponse> second = get("/2").send(100);
        sim.runUntil(() -> paused[0] != null);
        sim.advance(Duration.ofSeconds(1));
        server.connections.get(0).send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        sim.advance(Duration.ofSeconds(1));
        paused[0].resume();
        sim.runUntil(second::isDone);
        assertEquals("ok", second.join().text());
        assertEquals(List.of(), told);
        assertEquals(2, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void whoCancelsIsToldNothingAndTheConnectionIsClosed(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        ClientRequest inside = get("/1");
        send(inside);
        sim.runUntil(() -> told.size() == 1);
        assertTrue(inside.cancel());
        assertFalse(inside.cancel());
        CompletableFuture<WholeResponse> future = get("/2").send(100);
        sim.runUntil(() -> server.requests.size() == 2);
        future.cancel(true);
        ClientRequest connecting = get("/3");
        send(connecting);
        assertTrue(connecting.cancel());
        assertFalse(get("/4").cancel(), "it was not sent");
        sim.advance(Duration.ofSeconds(5));
        assertEquals(List.of("200 OK"), told);
        assertThrows(CancellationException.class, future::join);
        assertEquals(0, server.open());
        assertEquals(0, client.connections());
    }

    /** While it connects, waits for a word, sends, and is answered; and the next request is as good as the first. */
    @Test
    void aRequestIsCancelledInEveryMomentOfIt() {
        int before = 0;
        int after = 0;
        for (int millis = 0; millis < 60; millis++) {
            try (Simulation sim = Simulation.withSeed(millis)) {
                cancelled(sim, Duration.ofMillis(millis));
                before += told.contains("end") ? 0 : 1;
                after += told.contains("end") ? 1 : 0;
            }
        }
        assertTrue(before > 30 && after > 5, before + " before the end and " + after + " after it");
    }

    private void cancelled(Simulation sim, Duration after) {
        open(sim, ClientOptions.defaults().withPool(1, 10, LONG));
        sim.link(CLIENT, SERVER).latency(Duration.ofMillis(2));
        server.onHead = (connection, request) -> {
            if (request.startsWith("POST")) {
                connection.socket.loop().timer(Duration.ofMillis(5), timer -> connection.send("HTTP/1.1 100 Continue\r\n\r\n"));
            }
        };
        server.onRequest = (connection, request) -> {
            if (request.startsWith("GET")) {
                connection.send(RawServer.OK);
                return;
            }
            String answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer";
            for (int i = 0; i < answer.length(); i += 10) {
                String piece = answer.substring(i, Math.min(i + 10, answer.length()));
                connection.socket.loop().timer(Duration.ofMillis(3L * i / 10), timer -> connection.send(piece));
            }
        };
        ClientRequest request = request("POST", "/").body(sink -> loop.timer(Duration.ofMillis(5), timer -> {
            sink.write(ByteBuffer.wrap(new byte[3]));
            sink.end();
        })).expectContinue();
        request.send(response -> {
            told.add("head");
            response.onBody(data -> told.add("body")).onEnd(() -> told.add("end"));
        }, failure -> told.add(failure.toString()));
        CompletableFuture<WholeResponse> next = get("/next").send(10);
        sim.advance(after);
        assertEquals(!told.contains("end"), request.cancel());
        int size = told.size();
        sim.runUntil(next::isDone);
        sim.advance(Duration.ofSeconds(1));
        assertEquals("ok", next.join().text());
        assertEquals(size, told.size(), told.toString());
        assertEquals(1, client.connections());
        assertEquals(1, server.open());
    }

    @SimulationTest(runs = 3)
    void whoIsCancelledInTheQueueIsNotAsked(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 10, LONG));
        CompletableFuture<WholeResponse> first = get("/1").send(100);
        CompletableFuture<WholeResponse> second = get("/2").send(100);
        CompletableFuture<WholeResponse> third = get("/3").send(100);
        second.cancel(true);
        sim.runUntil(() -> first.isDone() && third.isDone());
        assertEquals(List.of("GET /1", "GET /3"), server.requests);
    }

    @SimulationTest(runs = 3)
    void closingAnswersWhatWasSentAndThenClosesTheConnections(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 10, LONG));
        CompletableFuture<WholeResponse> first = get("/1").send(100);
        CompletableFuture<WholeResponse> second = get("/2").send(100);
        client.close();
        client.close();
        sim.runUntil(() -> first.isDone() && second.isDone() && server.open() == 0, Duration.ofSeconds(5));
        assertEquals("ok", second.join().text());
        assertEquals(0, client.connections());
    }

    @SimulationTest(runs = 3)
    void aLoopThatIsClosedFailsWhatIsUnderWay(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 10, LONG));
        server.onRequest = (connection, request) -> { };
        send(get("/1"));
        get("/2").send(response -> told.add("answered"), failure -> {
            told.add(failure.kind().name());
            throw new IllegalStateException("and the next one is told all the same");
        });
        send(get("/3"));
        sim.runUntil(() -> server.requests.size() == 1);
        loop.execute(loop::close);
        sim.advance(Duration.ofSeconds(1));
        assertEquals(List.of("LOST", "NO_CONNECTION", "NO_CONNECTION"), told);
        assertEquals(1, uncaught.size());
    }

    /** It is told later, and there is no later. */
    @SimulationTest(runs = 3)
    void whoIsRefusedWhenTheLoopIsClosedIsToldAllTheSame(Simulation sim) {
        open(sim, ClientOptions.defaults().withPool(1, 0, LONG));
        server.onRequest = (connection, request) -> { };
        send(get("/1"));
        sim.runUntil(() -> server.requests.size() == 1);
        loop.execute(() -> {
            send(get("/2"));
            assertEquals(List.of(), told, "not inside the call");
            loop.close();
        });
        sim.advance(Duration.ofSeconds(1));
        assertEquals(List.of("LOST", "REFUSED"), told);
    }

    /** Or it would be kept running for nothing. */
    @SimulationTest(runs = 3)
    void aLoopEndsWhenAllIsAnswered(Simulation sim) {
        server = new RawServer();
        sim.host(SERVER).start(server::listen);
        sim.host(CLIENT).start(it -> {
            client = HttpClient.open(it, ClientOptions.defaults().withPool(1, 0, LONG));
            client.get("http://server/").timeout(LONG).send(10).thenAccept(answer -> told.add(answer.text()));
            send(client.get("http://server/").timeout(LONG));
        });
        sim.runUntil(() -> told.size() == 2);
        sim.advance(Duration.ofSeconds(1));
        assertEquals(List.of("REFUSED", "ok"), told);
        assertEquals(0, server.open(), "the loop is closed, and with it what was kept");
    }

    @SimulationTest(runs = 3)
    void aConnectionThatIsUsedAgainKeepsTheLoopRunning(Simulation sim) {
        server = new RawServer();
        server.onRequest = (connection, request) -> connection.socket.loop().timer(Duration.ofSeconds(1), timer -> connection.send(RawServer.OK));
        sim.host(SERVER).start(server::listen);
        sim.host(CLIENT).start(it -> {
            client = HttpClient.open(it, ClientOptions.defaults());
            client.get("http://server/").send(10).thenAccept(answer -> it.timer(Duration.ofSeconds(1), timer -> send(client.get("http://server/"))));
        });
        sim.advance(Duration.ofSeconds(10));
        assertEquals(List.of("200 OK", "<ok>"), told);
        assertEquals(1, server.connections.size());
    }

    /** If one that was kept has ended, the others have, too. */
    @SimulationTest(runs = 3)
    void aRequestIsRepeatedOnANewConnection(Simulation sim) {
        open(sim);
        CompletableFuture<WholeResponse> first = get("/1").send(10);
        CompletableFuture<WholeResponse> second = get("/2").send(10);
        sim.runUntil(() -> first.isDone() && second.isDone());
        assertEquals(2, server.connections.size());
        server.onRequest = (connection, request) -> {
            if (connection.number < 2) {
                connection.socket.abort();
            } else {
                connection.send(RawServer.OK);
            }
        };
        assertEquals("ok", answer(sim, get("/3")).text());
        assertEquals(List.of("GET /3", "GET /3"), server.requests.subList(2, server.requests.size()));
    }

    @SimulationTest(runs = 3)
    void aServerThatIsNotThereIsTold(Simulation sim) {
        open(sim);
        send(client.get("http://server:81/"));
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("NO_CONNECTION"), told);
        assertEquals(0, client.connections());
    }
}
