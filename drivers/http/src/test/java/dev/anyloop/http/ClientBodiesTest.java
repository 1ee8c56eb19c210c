package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.http.protocol.Limits;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import dev.anyloop.tck.run.OtherThread;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Bodies of requests and answers, piece by piece, with back-pressure, and when they are sent. */
class ClientBodiesTest extends SimulatedClient {

    private static final int MUCH = 3_000_000;

    /** Who sends more than the server takes is told to wait, and when to go on. */
    @SimulationTest(runs = 3)
    void aBodyIsSentAsFastAsTheServerTakesIt(Simulation sim) {
        open(sim);
        long[] most = new long[1];
        CompletableFuture<WholeResponse> answer = request("PUT", "/").body(sink -> {
            int[] sent = new int[1];
            HttpCallback more = () -> {
                while (sent[0] < MUCH) {
                    sent[0] += 10_000;
                    if (!sink.write(ByteBuffer.allocate(10_000))) {
                        most[0] = Math.max(most[0], sent[0] - server.connections.get(0).received.length());
                        return;
                    }
                }
                sink.onDrain(() -> { }).end();
            };
            sink.onDrain(more);
            more.run();
        }).send(100);
        sim.runUntil(answer::isDone);
        assertEquals("PUT /".length() + 1 + MUCH, server.requests.get(0).length());
        assertTrue(most[0] > 0 && most[0] < 400_000, "under way: " + most[0]);
    }

    /** Who has forgotten loop.execute is told so, and nothing has changed (THREAD-001). */
    @SimulationTest(runs = 3)
    void onAnotherThreadNothingIsSentNorTakenNorClosed(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        ByteBuffer letter = ByteBuffer.wrap(new byte[] {'a'});
        request("PUT", "/").body(sink -> {
            OtherThread.isRefused(() -> sink.write(letter));
            OtherThread.isRefused(sink::end);
            OtherThread.isRefused(() -> sink.onDrain(() -> { }));
            OtherThread.isRefused(() -> sink.onLost(() -> { }));
            sink.write(letter);
            sink.end();
        }).send(response -> {
            OtherThread.isRefused(response::pause);
            OtherThread.isRefused(() -> response.onBody(data -> { }));
            OtherThread.isRefused(() -> response.onEnd(() -> { }));
            OtherThread.isRefused(() -> response.body(0, body -> { }));
            response.pause();
            OtherThread.isRefused(response::resume);
            response.body(1, body -> told.add("body")).resume();
        }, failure -> told.add(failure.toString()));
        OtherThread.isRefused(client::close);
        sim.runUntil(() -> !told.isEmpty());
        OtherThread.isRefused(client::close);
        assertEquals(List.of("body"), told);
        assertEquals("PUT / a", server.requests.get(0));
        client.get("http://server/"); // it is not closed
        client.close();
        sim.runUntil(() -> client.connections() == 0);
    }

    @SimulationTest(runs = 3)
    void anAnswerComesAsFastAsItIsTaken(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + MUCH + "\r\n\r\n" + "x".repeat(MUCH));
        long[] count = new long[1];
        ClientResponse[] paused = new ClientResponse[1];
        get("/").send(response -> {
            paused[0] = response;
            response.onBody(data -> {
                count[0] += data.remaining();
                if (count[0] < MUCH) {
                    response.pause();
                }
            }).onEnd(() -> told.add("end"));
        }, failure -> told.add(failure.toString()));
        sim.advance(Duration.ofMinutes(2)); // nobody minds the time while it is paused
        assertTrue(count[0] > 0 && count[0] < 200_000, "came: " + count[0]);
        while (told.isEmpty()) {
            paused[0].resume();
            sim.advance(Duration.ofMillis(5));
        }
        assertEquals(List.of("end"), told);
        assertEquals(MUCH, count[0]);
        assertEquals(1, client.connections());
    }

    @SimulationTest(runs = 20)
    void theEndOfAnAnswerThatIsPausedIsToldWhenItIsResumed(Simulation sim) {
        for (String answer : List.of("HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")) {
            if (client == null) {
                open(sim);
            }
            told.clear();
            server.onRequest = (connection, request) -> connection.send(answer).socket.end();
            ClientResponse[] paused = new ClientResponse[1];
            StringBuilder got = new StringBuilder();
            get("/").send(response -> {
                paused[0] = response;
                response.onBody(data -> {
                    got.append(ISO_8859_1.decode(data));
                    response.pause();
                }).onEnd(() -> told.add("end"));
            }, failure -> told.add(failure.toString()));
            sim.runUntil(() -> !got.isEmpty());
            while (got.length() < 5) { // the network has cut it
                paused[0].resume();
                sim.advance(Duration.ofSeconds(1));
            }
            sim.advance(Duration.ofSeconds(40));
            assertEquals(List.of(), told);
            paused[0].resume();
            sim.advance(Duration.ofSeconds(1));
            assertEquals("hello", got.toString());
            assertEquals(List.of("end"), told);
            assertEquals(0, client.connections());
        }
    }

    @SimulationTest(runs = 3)
    void aBodyWaitsForTheServersWord(Simulation sim) {
        open(sim);
        server.onHead = (connection, request) -> connection.socket.loop().timer(Duration.ofMillis(300), timer -> {
            assertTrue(connection.received.toString().endsWith("Expect: 100-continue\r\nContent-Length: 4\r\n\r\n"), connection.received.toString());
            connection.send("HTTP/1.1 100 Continue\r\n\r\n");
        });
        CompletableFuture<WholeResponse> answer = request("POST", "/").body("body").expectContinue().send(100);
        sim.runUntil(answer::isDone);
        assertEquals("ok", answer.join().text());
        assertEquals(List.of("POST / body"), server.requests);
    }

    @SimulationTest(runs = 3)
    void aServerThatSaysNoWordGetsTheBodyAllTheSame(Simulation sim) {
        open(sim);
        CompletableFuture<WholeResponse> answer = request("POST", "/").body(sink -> {
            sink.write(ByteBuffer.wrap(new byte[] {'b'}));
            sink.end();
        }).expectContinue().send(100);
        sim.runUntil(answer::isDone, Duration.ofSeconds(3));
        assertEquals("ok", answer.join().text());
    }

    @SimulationTest(runs = 3)
    void aBodyThatIsRefusedIsNotSent(Simulation sim) {
        open(sim);
        server.onHead = (connection, request) -> connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        CompletableFuture<WholeResponse> answer = request("POST", "/").body("body").expectContinue().send(100);
        sim.runUntil(answer::isDone);
        assertEquals(403, answer.join().status());
        sim.runUntil(() -> server.open() == 0); // for the server may still wait for the body
        assertEquals(List.of(), server.requests);
    }

    @SimulationTest(runs = 3)
    void aServerThatCannotContinueIsAskedWithoutThat(Simulation sim) {
        open(sim);
        server.onHead = (connection, request) -> {
            if (connection.received.indexOf("Expect") >= 0) {
                connection.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
            }
        };
        CompletableFuture<WholeResponse> answer = request("POST", "/").body("body").expectContinue().send(100);
        sim.runUntil(answer::isDone);
        assertEquals("ok", answer.join().text());
        assertEquals(List.of("POST / body"), server.requests);
        assertEquals(2, server.connections.size());
    }

    /** It is told as a whole, and the connection on which a body is owed is closed. */
    @SimulationTest(runs = 3)
    void anAnswerThatComesBeforeTheEndOfTheBodyEndsTheRequest(Simulation sim) {
        open(sim);
        server.onHead = (connection, request) -> connection.send(RawServer.OK);
        BodySink[] kept = new BodySink[1];
        request("POST", "/").body(sink -> {
            kept[0] = sink;
            sink.onLost(() -> told.add("lost")).write(ByteBuffer.allocate(3));
        }).send(response -> response.onEnd(() -> told.add("end")), failure -> told.add(failure.toString()));
        sim.runUntil(() -> told.size() == 2);
        assertEquals(List.of("end", "lost"), told);
        assertFalse(kept[0].write(ByteBuffer.allocate(3)), "nothing is sent, and nothing complains");
        sim.runUntil(() -> server.open() == 0);
    }

    @SimulationTest(runs = 3)
    void bothBodiesMayBeUnderWayAtOnce(Simulation sim) {
        open(sim);
        server.onHead = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nping\r\n");
        server.onRequest = (connection, request) -> connection.send("0\r\n\r\n");
        BodySink[] sinks = new BodySink[1];
        StringBuilder got = new StringBuilder();
        request("POST", "/").body(sink -> {
            sinks[0] = sink;
        }).send(response -> response.onBody(data -> {
            if (got.append(ISO_8859_1.decode(data)).length() == "ping".length()) { // it may come in pieces
                sinks[0].write(ByteBuffer.wrap("pong".getBytes(ISO_8859_1)));
                sinks[0].end();
            }
        }).onEnd(() -> told.add("end")), failure -> told.add(failure.toString()));
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("end"), told);
        assertEquals("ping", got.toString());
        assertEquals(List.of("POST / pong"), server.requests);
        assertEquals(1, client.connections());
    }

    @SimulationTest(runs = 3)
    void aBodyIsAsLongAsItWasSaid(Simulation sim) {
        open(sim);
        CompletableFuture<WholeResponse> answer = request("POST", "/").body(sink -> {
            assertThrows(IllegalStateException.class, () -> sink.write(ByteBuffer.allocate(4)));
            sink.write(ByteBuffer.allocate(2));
            assertThrows(IllegalStateException.class, sink::end);
            sink.write(ByteBuffer.allocate(1));
            sink.end();
            assertThrows(IllegalStateException.class, sink::end);
        }).length(3).send(100);
        sim.runUntil(answer::isDone);
        assertEquals("ok", answer.join().text());
    }

    @SimulationTest(runs = 3)
    void aSourceThatThrowsFailsItsRequest(Simulation sim) {
        open(sim);
        send(request("POST", "/").body(sink -> {
            throw new java.io.IOException("no such file");
        }));
        sim.runUntil(() -> !told.isEmpty() && server.open() == 0);
        assertEquals(List.of("CALLBACK"), told);
        assertEquals("no such file", uncaught.get(0).getMessage());
    }

    @SimulationTest(runs = 3)
    void whoSendsABodyIsToldThatItsRequestHasFailed(Simulation sim) {
        open(sim);
        ClientRequest request = request("POST", "/").body(sink -> sink.onLost(() -> told.add("lost")));
        request.send(response -> told.add("answered"), failure -> told.add("failed"));
        sim.runUntil(() -> server.open() == 1);
        sim.advance(Duration.ofMillis(10));
        request.cancel();
        assertEquals(List.of(), told, "not inside the call");
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("lost"), told);
    }

    @SimulationTest(runs = 3)
    void anAnswerIsNoLongerThanItsLimit(Simulation sim) {
        open(sim, ClientOptions.defaults().withLimits(Limits.defaults().withBody(10)));
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(11));
        send(get("/"));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("200 OK", "MALFORMED BODY_TOO_LARGE"), told);
    }
}
