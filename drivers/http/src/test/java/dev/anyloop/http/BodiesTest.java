package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.http.protocol.Limits;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Bodies of requests and of answers, and who has to wait. */
class BodiesTest extends SimulatedServer {

    @SimulationTest(runs = 2)
    void aBodyIsEchoedAsItComesAndSlowReadersSlowOnlyThemselves(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            request.onBody(data -> {
                if (!response.write(data)) {
                    request.pause();
                }
            }).onEnd(response::end);
            response.onDrain(request::resume);
        };
        byte[] bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        String body = new String(bytes, ISO_8859_1);
        Client client = client(sim, handler);
        sim.runUntil(() -> client.socket().localAddress() != null);
        client.socket().pause();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes.length + "\r\n\r\n" + body + GET).end();
        sim.advance(Duration.ofSeconds(5));
        assertTrue(client.socket().pendingBytes() > 0, "the client has to wait");
        client.socket().resume();
        sim.runUntil(client::isClosed);
        String received = client.received();
        assertTrue(received.endsWith("0\r\n\r\n" + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "both are answered");
        assertEquals(body, unchunked(received.substring(received.indexOf("\r\n\r\n") + 4)));
    }

    private static String unchunked(String chunks) {
        StringBuilder body = new StringBuilder();
        for (int at = 0;;) {
            int end = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, end), 16);
            if (size == 0) {
                return body.toString();
            }
            body.append(chunks, end + 2, end + 2 + size);
            at = end + 2 + size + 2;
        }
    }

    @SimulationTest(runs = 3)
    void aWholeBodyIsHandedOverWithItsTrailers(Simulation sim) {
        HttpHandler handler = (request, response) ->
                request.body(10, bytes -> response.send(new String(bytes, ISO_8859_1) + request.trailers().get("X")));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello1", answer(sim, handler,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX: 1\r\n\r\n"));
    }

    /** A client that waits for a word sends no body (RFC 9110, 10.1.1), and nothing would have ended the wait. */
    @SimulationTest(runs = 3)
    void whoWaitsForTheEndAloneWantsTheBodyToo(Simulation sim) {
        Client client = client(sim, (request, response) -> request.onEnd(() -> response.send("end")));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        sim.runUntil(() -> client.received().equals("HTTP/1.1 100 Continue\r\n\r\n"), Duration.ofSeconds(1));
        client.forget();
        client.send("hello");
        sim.runUntil(() -> client.received().equals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend"));
    }

    /** It would wait for ever, or take a part of the body for the whole. */
    @SimulationTest(runs = 3)
    void whoListensTooLateIsToldSo(Simulation sim) {
        HttpHandler handler = (request, response) -> loop.timer(Duration.ofMillis(100), timer -> {
            assertThrows(IllegalStateException.class, () -> request.body(10, bytes -> response.send("never")));
            assertThrows(IllegalStateException.class, () -> request.onBody(data -> { }));
            if (request.contentLength() < 6) {
                assertThrows(IllegalStateException.class, () -> request.onEnd(() -> response.send("never")));
                response.send("over");
            } else {
                request.onEnd(() -> response.send("end"));
            }
        });
        String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nover".repeat(2), answer(sim, handler, GET + head + "5\r\n\r\nhello"));
        Client client = Client.of(sim).send(head + "6\r\n\r\nhello");
        sim.advance(Duration.ofSeconds(1));
        client.send("!");
        sim.runUntil(() -> client.received().equals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend"));
    }

    @SimulationTest(runs = 3)
    void whoHasPausedInTimeListensWhenHeLikes(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            request.pause();
            loop.timer(Duration.ofMillis(100), timer -> {
                request.body(10, bytes -> response.send(bytes.length + ""));
                request.resume();
            });
        };
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n5",
                answer(sim, handler, GET + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
    }

    @SimulationTest(runs = 3)
    void aWholeBodyThatIsTooLongIsRefused(Simulation sim) {
        HttpHandler handler = (request, response) -> request.body(4, bytes -> response.send("never"));
        String refused = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        assertEquals(refused, answer(sim, handler, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
    }

    @SimulationTest(runs = 3)
    void aWholeBodyInChunksThatIsTooLongIsRefused(Simulation sim) {
        HttpHandler handler = (request, response) -> request.body(4, bytes -> response.send("never"));
        String refused = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        assertEquals(refused, answer(sim, handler,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"));
    }

    @SimulationTest(runs = 3)
    void aPausedRequestWithoutBodyEndsWhenItIsResumed(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            request.pause().onEnd(() -> response.send("end"));
            loop.timer(Duration.ofMillis(10), timer -> request.resume());
        };
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend", answer(sim, handler, GET));
    }

    @SimulationTest(runs = 3)
    void whoWaitsForAWordIsToldToContinueWhenTheBodyIsWanted(Simulation sim) {
        Client client = client(sim, (request, response) ->
                loop.timer(Duration.ofSeconds(40), timer -> request.body(10, response::send)));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        sim.advance(Duration.ofSeconds(39));
        assertEquals("", client.received());
        sim.runUntil(() -> client.received().equals("HTTP/1.1 100 Continue\r\n\r\n"));
        client.forget();
        client.send("hello");
        sim.runUntil(() -> client.received().equals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    }

    @SimulationTest(runs = 3)
    void whoWaitsForAWordAndIsAnsweredAtOnceIsNotWaitedFor(Simulation sim) {
        Client client = client(sim, (request, response) -> response.status(401).send());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        sim.runUntil(client::hasEnded);
        assertEquals("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", client.received());
    }

    @SimulationTest(runs = 3)
    void aShortBodyThatNobodyWantsIsReadAway(Simulation sim) {
        String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000);
        assertEquals(HELLO_ANSWER.repeat(2), answer(sim, HELLO, post + GET));
    }

    @SimulationTest(runs = 3)
    void anEarlyAnswerReachesWhoGoesOnSending(Simulation sim) {
        Client client = client(sim, OPTIONS.withLimits(Limits.defaults().withBody(Long.MAX_VALUE)), HELLO);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(1_000_000));
        sim.runUntil(client::hasEnded);
        assertEquals(HELLO_ANSWER.replace("Content-Length", "Connection: close\r\nContent-Length"), client.received());
        assertEquals("", client.error());
    }

    @SimulationTest(runs = 3)
    void aChunkedBodyWithoutEndIsReadAwayForAWhileOnly(Simulation sim) {
        Client client = client(sim, HELLO);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + ("3e8\r\n" + "x".repeat(1000) + "\r\n").repeat(1000));
        sim.runUntil(client::hasEnded);
        assertEquals(HELLO_ANSWER, client.received());
    }

    /** An early answer is no reason to be told faster than one can take it. */
    @SimulationTest(runs = 5)
    void aBodyThatIsListenedToStaysPausedWhenItsAnswerIsOver(Simulation sim) {
        boolean[] paused = new boolean[1];
        Client client = client(sim, (request, response) -> {
            if (request.contentLength() == 0) {
                response.send("next");
                return;
            }
            request.onBody(data -> {
                told.add((paused[0] ? "too fast " : "") + ISO_8859_1.decode(data));
                paused[0] = true;
                request.pause();
                loop.timer(Duration.ofSeconds(40), timer -> {
                    paused[0] = false;
                    request.resume();
                });
            }).onEnd(() -> told.add(paused[0] ? "too fast" : "end"));
            response.status(202).send();
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String piece : List.of("a", "b", "c")) {
            client.send("1\r\n" + piece + "\r\n");
            sim.advance(Duration.ofSeconds(1));
        }
        client.send("0\r\n\r\n" + GET);
        sim.runUntil(() -> client.received().endsWith("next"));
        assertEquals(List.of("a", "b", "c", "end"), told);
    }

    /** Nobody would ever resume it. */
    @SimulationTest(runs = 3)
    void aBodyThatNobodyListensToIsReadAwayThoughItBePausedWhenItsAnswerIsOver(Simulation sim) {
        assertEquals(HELLO_ANSWER.repeat(2), answer(sim, (request, response) -> {
            request.pause();
            HELLO.handle(request, response);
        }, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + GET));
    }
}
