package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a client makes of answers. */
class ClientAnswersTest extends SimulatedClient {

    @SimulationTest(runs = 3)
    void anAnswerComesAsAWhole(Simulation sim) {
        open(sim);
        CompletableFuture<WholeResponse> answer = get("/a?b").header("X", "y").send(100);
        sim.runUntil(answer::isDone);
        assertEquals("ok", answer.join().text());
        assertEquals(200, answer.join().status());
        assertEquals("2", answer.join().headers().get("content-length"));
        assertEquals("GET /a?b HTTP/1.1\r\nHost: server\r\nX: y\r\n\r\n", server.connections.get(0).received.toString());
    }

    @SimulationTest(runs = 3)
    void aConnectionIsUsedAgain(Simulation sim) {
        open(sim);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<WholeResponse> answer = get("/" + i).send(100);
            sim.runUntil(answer::isDone);
            assertEquals("ok", answer.join().text());
        }
        assertEquals(List.of("GET /0", "GET /1", "GET /2"), server.connections.get(0).requests);
        assertEquals(1, client.connections());
        sim.runUntil(() -> server.open() == 0, Duration.ofSeconds(60)); // it is not kept for ever
        assertEquals(0, client.connections());
    }

    @SimulationTest(runs = 3)
    void anAnswerWithoutLengthEndsWithItsConnection(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\n\r\nhello").socket.end();
        send(get("/"));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("200 OK", "<hello>"), told);
        assertEquals(0, client.connections());
    }

    @SimulationTest(runs = 3)
    void aBodyThatIsCutIsNeverTheWhole(Simulation sim) {
        open(sim);
        for (String answer : List.of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")) {
            told.clear();
            server.onRequest = (connection, request) -> connection.send(answer).socket.end();
            send(get("/"));
            sim.runUntil(this::hasEnded);
            assertEquals(List.of("200 OK", "INCOMPLETE"), told);
        }
    }

    @SimulationTest(runs = 3)
    void aBodyUntilTheEndThatIsResetIsNotTheWhole(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\n\r\nhello");
        send(get("/"));
        sim.runUntil(() -> told.size() == 1);
        sim.link(CLIENT, SERVER).reset();
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("200 OK", "INCOMPLETE"), told);
    }

    @SimulationTest(runs = 1)
    void trailersAreThereAtTheEndWhereverTheAnswerIsCut(Simulation sim) {
        open(sim);
        String bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\nX-Sum: 3\r\n\r\n";
        for (int i = 0; i <= bytes.length(); i++) {
            int cut = i;
            server.onRequest = (connection, request) -> {
                connection.send(bytes.substring(0, cut));
                connection.socket.loop().timer(Duration.ofMillis(5), timer -> connection.send(bytes.substring(cut)));
            };
            CompletableFuture<WholeResponse> whole = get("/").send(10);
            sim.runUntil(whole::isDone);
            assertEquals("ok", whole.join().text());
            assertEquals(List.of("2", "3"), whole.join().trailers().all("x-sum"));
            get("/").send(response -> response.onBody(data -> assertEquals(0, response.trailers().size()))
                    .onEnd(() -> told.add(response.trailers().get("X-Sum"))), failure -> told.add("failed"));
            sim.runUntil(() -> !told.isEmpty());
            assertEquals(List.of("2"), told);
            told.clear();
        }
        assertEquals(1, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void interimAnswersAreToldButFor100(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + RawServer.OK);
        send(get("/").onInterim((status, headers) -> told.add(status + "=" + headers.get("link"))));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("103=</a>", "200 OK", "<ok>"), told);
        assertEquals(1, client.connections());
    }

    @SimulationTest(runs = 3)
    void interimAnswersWithoutEndAreTooMany(Simulation sim) {
        assertEquals(List.of("MALFORMED"), answered(sim, "HTTP/1.1 102 Processing\r\n\r\n".repeat(200)));
    }

    @SimulationTest(runs = 3)
    void aSwitchThatNobodyAskedForFailsTheRequest(Simulation sim) {
        assertEquals(List.of("MALFORMED"), answered(sim, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + RawServer.OK));
    }

    @SimulationTest(runs = 3)
    void answersThatHaveNoBodyKeepTheConnection(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send(switch (request) {
            case "HEAD /" -> "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
            case "GET /204" -> "HTTP/1.1 204 No Content\r\n\r\n";
            default -> "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n";
        });
        for (ClientRequest request : List.of(request("HEAD", "/"), get("/204"), get("/304"))) {
            CompletableFuture<WholeResponse> answer = request.send(10);
            sim.runUntil(answer::isDone);
            assertEquals(0, answer.join().body().length);
        }
        assertEquals(1, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void aServerThatClosesOrIsOldIsNotAskedAgainOnTheConnection(Simulation sim) {
        open(sim);
        List<String> answers = List.of("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", RawServer.OK);
        server.onRequest = (connection, request) -> connection.send(answers.get(server.requests.size() - 1));
        for (int i = 0; i < 4; i++) {
            CompletableFuture<WholeResponse> answer = get("/").send(10);
            sim.runUntil(answer::isDone);
            assertEquals("ok", answer.join().text());
        }
        assertEquals(3, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void aBodyThatIsTooLargeForOneWhoWantsItWholeFails(Simulation sim) {
        open(sim);
        CompletableFuture<WholeResponse> answer = get("/").send(1);
        sim.runUntil(answer::isDone);
        HttpException failure = (HttpException) assertThrows(CompletionException.class, answer::join).getCause();
        assertEquals(HttpFailure.TOO_LARGE, failure.kind());
        assertTrue(failure.getMessage().startsWith("GET http://server/: too large"), failure.getMessage());
        sim.runUntil(() -> server.open() == 0);
    }

    @SimulationTest(runs = 3)
    void anAnswerThatIsOverRefusesToTell(Simulation sim) {
        open(sim);
        ClientResponse[] response = new ClientResponse[1];
        get("/").send(it -> {
            response[0] = it;
            it.onEnd(() -> told.add(it.status() + it.headers().get("content-length")));
        }, failure -> told.add("failed"));
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("2002"), told);
        assertThrows(IllegalStateException.class, () -> response[0].status());
    }

    @SimulationTest(runs = 3)
    void whatACallbackThrowsCostsItsConnectionAndIsTold(Simulation sim) {
        open(sim);
        get("/").send(response -> {
            throw new IllegalArgumentException("mine");
        }, failure -> told.add(failure.kind() + " " + failure.getCause().getMessage()));
        sim.runUntil(() -> !told.isEmpty() && server.open() == 0);
        assertEquals(List.of("CALLBACK mine"), told);
        assertEquals(List.of("mine"), uncaught.stream().map(Throwable::getMessage).toList());
        assertEquals(0, client.connections());
    }

    /** It was told the end, and has not taken it; without this nobody but the loop would hear of it. */
    @SimulationTest(runs = 3)
    void whatTheCallbackOfTheEndThrowsFailsTheRequest(Simulation sim) {
        open(sim);
        for (String path : List.of("/end", "/whole")) {
            told.clear();
            get(path).send(response -> {
                HttpCallback thrower = () -> {
                    throw new java.io.IOException(path);
                };
                if (path.equals("/end")) {
                    response.onEnd(thrower);
                } else {
                    response.body(10, body -> thrower.run());
                }
            }, failure -> told.add(failure.kind() + " " + failure.getCause().getMessage() + " " + failure.mayBeDone()));
            sim.runUntil(() -> !told.isEmpty() && server.open() == 0);
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of("CALLBACK " + path + " true"), told);
            assertEquals(0, client.connections());
        }
        assertEquals(List.of("/end", "/whole"), uncaught.stream().map(Throwable::getMessage).toList());
    }

    @Test
    void whatIsThrownByWhoHasClosedTheLoopIsThrownOn() {
        for (boolean atTheEnd : new boolean[] {true, false}) {
            try (Simulation sim = Simulation.withSeed(1)) {
                open(sim);
                HttpCallback thrower = () -> {
                    loop.close();
                    throw new java.io.IOException("mine");
                };
                get("/").send(response -> {
                    if (atTheEnd) {
                        response.onEnd(thrower);
                    } else {
                        response.onBody(data -> thrower.run());
                    }
                }, failure -> told.add(failure.kind().name()));
                sim.runUntil(() -> !uncaught.isEmpty());
                assertEquals(List.of("mine"), uncaught.stream().map(Throwable::getMessage).toList());
            }
        }
    }

    @SimulationTest(runs = 3)
    void aMalformedAnswerFailsByItsRule(Simulation sim) {
        assertEquals(List.of("MALFORMED LENGTH_AND_ENCODING"),
                answered(sim, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        sim.runUntil(() -> server.open() == 0);
    }

    @SimulationTest(runs = 3)
    void bytesThatNobodyAskedForPoisonTheConnection(Simulation sim) {
        assertEquals(List.of("200 OK", "<ok>"), answered(sim, RawServer.OK + RawServer.OK));
        send(get("/2"));
        sim.runUntil(() -> told.size() == 4);
        assertEquals(2, server.connections.size());
        assertTrue(server.connections.get(0).requests.equals(List.of("GET /")), "the other answer answered nothing");
    }
}
