package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.http.protocol.Limits;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The server on a simulated network. */
class HttpServerTest {

    private static final HttpOptions OPTIONS =
            HttpOptions.defaults().withClock(InstantSource.fixed(Instant.parse("2026-03-05T04:05:06Z")));
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final HttpHandler HELLO =
            (request, response) -> response.header("Content-Type", "text/plain").send("Hello");
    private static final String HELLO_ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello";

    private HttpServer server;
    private EventLoop loop;
    private final List<String> told = new ArrayList<>();

    private Client client(Simulation sim, HttpHandler handler) {
        return client(sim, OPTIONS, handler);
    }

    private Client client(Simulation sim, HttpOptions options, HttpHandler handler) {
        told.clear();
        sim.host("server").start(it -> {
            loop = it;
            server = HttpServer.listen(it, null, 80, options, handler);
        });
        sim.runUntil(() -> server != null);
        return Client.of(sim);
    }

    /** All that a client gets which sends this and ends its side. */
    private String answer(Simulation sim, HttpHandler handler, String request) {
        Client client = client(sim, handler).send(request).end();
        sim.runUntil(client::isClosed, Duration.ofSeconds(5)); // long before a deadline would close it
        assertEquals("", client.error());
        return client.received();
    }

    // ---- answers ----

    @SimulationTest(runs = 3)
    void aRequestIsAnsweredWithDateAndLength(Simulation sim) {
        Client client = client(sim, HELLO).send(GET).end();
        sim.runUntil(client::isClosed);
        assertEquals("HTTP/1.1 200 OK\r\nDate: Thu, 05 Mar 2026 04:05:06 GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello",
                client.withDates());
    }

    @SimulationTest(runs = 3)
    void aConnectionIsKeptForTheNextRequest(Simulation sim) {
        Client client = client(sim, HELLO).send(GET);
        sim.runUntil(() -> client.received().equals(HELLO_ANSWER));
        client.forget();
        client.send(GET);
        sim.runUntil(() -> client.received().equals(HELLO_ANSWER));
        client.forget();
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET);
        sim.runUntil(client::hasEnded);
        assertEquals(HELLO_ANSWER.replace("Content-Length", "Connection: close\r\nContent-Length"), client.received());
    }

    @SimulationTest(runs = 3)
    void aClientOfVersion1_0IsKeptIfItAsksForThat(Simulation sim) {
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
                answer(sim, (request, response) -> response.send("hi"), "GET / HTTP/1.0\r\n\r\n" + GET));
    }

    @SimulationTest(runs = 3)
    void aClientOfVersion1_0IsToldThatItIsKept(Simulation sim) {
        assertEquals("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi".repeat(2),
                answer(sim, (request, response) -> response.send("hi"), "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".repeat(2)));
    }

    @SimulationTest(runs = 3)
    void anAnswerToHeadHasTheLengthAndNoBody(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            if (request.target().equals("/stream")) {
                response.write(ByteBuffer.wrap(new byte[3]));
                response.end();
            } else {
                response.send("hi");
            }
        };
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                answer(sim, handler, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @SimulationTest(runs = 3)
    void answersThatHaveNoBodySayNoLength(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.status(Integer.parseInt(request.path().substring(1)));
            if ("stream".equals(request.query())) {
                assertThrows(IllegalStateException.class, () -> response.write(ByteBuffer.allocate(1)));
                response.end();
            } else {
                assertThrows(IllegalStateException.class, () -> response.send("x"));
                response.send();
            }
        };
        StringBuilder requests = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (String status : List.of("204 No Content", "205 Reset Content", "304 Not Modified")) {
            for (String query : List.of("", "?stream")) {
                requests.append("GET /").append(status, 0, 3).append(query).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
                expected.append("HTTP/1.1 ").append(status).append("\r\n").append(status.startsWith("205") ? "Content-Length: 0\r\n\r\n" : "\r\n");
            }
        }
        assertEquals(expected.toString(), answer(sim, handler, requests.toString()));
    }

    @SimulationTest(runs = 3)
    void anAnswerInPiecesComesInChunks(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.write(ByteBuffer.wrap("hello".getBytes(ISO_8859_1)));
            response.write(ByteBuffer.allocate(0));
            request.pause(); // the answer goes on while the body waits
            loop.timer(Duration.ofMillis(5), timer -> {
                response.write(ByteBuffer.wrap("0123456789abcdefg".getBytes(ISO_8859_1)));
                response.end();
            });
        };
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n".repeat(2),
                answer(sim, handler, GET + GET));
    }

    @SimulationTest(runs = 3)
    void anAnswerInPiecesToVersion1_0EndsWithTheConnection(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.write(ByteBuffer.wrap("hello".getBytes(ISO_8859_1)));
            response.end();
        };
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
                answer(sim, handler, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    }

    @SimulationTest(runs = 3)
    void anAnswerInPiecesMayHaveALength(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.length(5).write(ByteBuffer.wrap("hel".getBytes(ISO_8859_1)));
            assertThrows(IllegalStateException.class, response::end);
            assertThrows(IllegalStateException.class, () -> response.write(ByteBuffer.allocate(3)));
            response.write(ByteBuffer.wrap("lo".getBytes(ISO_8859_1)));
            response.end();
            assertThrows(IllegalStateException.class, response::end);
            assertThrows(IllegalStateException.class, () -> response.status(200));
        };
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", answer(sim, handler, GET));
    }

    @SimulationTest(runs = 3)
    void interimAnswersGoToThoseWhoKnowThem(Simulation sim) {
        HttpHandler handler = (request, response) -> response.interim(103, "Link", "</a>").send("hi");
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                + "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", answer(sim, handler, GET + "GET / HTTP/1.0\r\n\r\n"));
    }

    @SimulationTest(runs = 3)
    void whatCannotBeSentIsRefusedAtTheCall(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            assertThrows(IllegalArgumentException.class, () -> response.header("X", "a\r\nSet-Cookie: b"));
            assertThrows(IllegalArgumentException.class, () -> response.header("X:", "a"));
            assertThrows(IllegalArgumentException.class, () -> response.header("connection", "close"));
            assertThrows(IllegalArgumentException.class, () -> response.status(101));
            assertThrows(IllegalArgumentException.class, () -> response.interim(101));
            assertThrows(IllegalArgumentException.class, () -> response.interim(103, "X"));
            response.send();
        };
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", answer(sim, handler, GET));
    }

    // ---- order ----

    @SimulationTest(runs = 10)
    void pipelinedRequestsAreAnsweredInOrder(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            told.add("asked " + request.target());
            String target = request.target();
            loop.timer(Duration.ofMillis(target.equals("/1") ? 100 : 1), timer -> {
                told.add("answered " + target);
                response.send(target);
            });
        };
        sim.host("server");
        sim.host(Client.NAME);
        Rule cut = sim.link(Client.NAME, "server").chunks(7);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/1HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/2",
                answer(sim, handler, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
        cut.close();
        assertEquals(List.of("asked /1", "answered /1", "asked /2", "answered /2"), told);
    }

    @SimulationTest(runs = 1)
    void whoAsksTenThousandTimesWithoutReadingIsMadeToWait(Simulation sim) {
        int[] handled = new int[1];
        String body = "x".repeat(200);
        Client client = client(sim, (request, response) -> {
            handled[0]++;
            response.send(body);
        });
        sim.runUntil(() -> client.socket().localAddress() != null);
        client.socket().pause();
        client.send(GET.repeat(10_000)).end();
        sim.advance(Duration.ofSeconds(5));
        assertTrue(handled[0] > 0 && handled[0] < 5000, () -> handled[0] + " requests were handled");
        client.socket().resume();
        sim.runUntil(client::isClosed);
        assertEquals(10_000, handled[0]);
        assertEquals(("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + body).repeat(10_000), client.received());
    }

    // ---- bodies ----

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

    // ---- bad input ----

    @SimulationTest(runs = 3)
    void aMalformedRequestGetsItsStatusAndNothingAfterItIsRead(Simulation sim) {
        String words = "HOST_MISSING (RFC 9112, 3.2): no Host\n";
        assertEquals(HELLO_ANSWER + "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: " + words.length()
                + "\r\n\r\n" + words, answer(sim, HELLO, GET + "GET / HTTP/1.1\r\n\r\n" + GET));
    }

    @SimulationTest(runs = 3)
    void aMalformedBodyGetsItsStatusIfNoAnswerHasBegun(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.onLost(() -> told.add("lost"));
            request.body(10, body -> told.add("body"));
        };
        String answer = answer(sim, handler, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"), answer);
        assertEquals(List.of("lost"), told);
    }

    @SimulationTest(runs = 3)
    void anAnswerThatHasBegunIsCutOffByAMalformedBody(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.onLost(() -> told.add("lost"));
            response.write(ByteBuffer.wrap(new byte[] {'a'}));
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        sim.runUntil(() -> client.received().endsWith("1\r\na\r\n"));
        client.send("z\r\n");
        sim.runUntil(client::hasEndedOrIsClosed); // reset if a part of what it sent was not read
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", client.received());
        assertEquals(List.of("lost"), told);
    }

    @SimulationTest(runs = 3)
    void aRequestThatIsCutOffGetsItsStatus(Simulation sim) {
        String answer = answer(sim, HELLO, "GET / HTTP/1.1\r\nHo");
        assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n") && answer.contains("TRUNCATED (RFC 9112, 8)"), answer);
    }

    @SimulationTest(runs = 3)
    void aTunnelIsNotPromised(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            assertThrows(IllegalStateException.class, response::send);
            response.status(405).send();
        };
        assertEquals("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n",
                answer(sim, handler, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    // ---- handlers that fail ----

    @SimulationTest(runs = 3)
    void whatAHandlerThrowsIsAnsweredBy500AndToldAtTheLoop(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            throw new java.io.IOException("ouch");
        });
        loop.onUncaught((it, e) -> told.add(e.getMessage()));
        client.send(GET + GET);
        sim.runUntil(client::hasEnded);
        assertEquals("HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", client.received());
        assertEquals(List.of("ouch"), told);
    }

    @SimulationTest(runs = 3)
    void anAnswerThatWasWholeArrivesAlthoughItsHandlerThrows(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            if (request.path().equals("/end")) {
                request.onEnd(() -> {
                    response.send("hi");
                    throw new IllegalStateException("ouch");
                });
            } else {
                response.send("hi");
                throw new IllegalStateException("ouch");
            }
        });
        loop.onUncaught((it, e) -> told.add(e.getMessage()));
        client.send(GET);
        sim.runUntil(client::hasEnded);
        Client other = Client.of(sim).send("GET /end HTTP/1.1\r\nHost: a\r\n\r\n");
        sim.runUntil(other::hasEnded);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", client.received());
        assertEquals(client.received(), other.received());
        assertEquals(List.of("ouch", "ouch"), told);
    }

    @SimulationTest(runs = 3)
    void aRequestThatIsOverRefusesToAnswer(Simulation sim) {
        List<Request> kept = new ArrayList<>();
        answer(sim, (request, response) -> {
            kept.add(request);
            response.send();
        }, GET + GET);
        assertThrows(IllegalStateException.class, () -> kept.get(0).target());
        assertThrows(IllegalStateException.class, () -> kept.get(0).headers());
    }

    @SimulationTest(runs = 3)
    void whoAnswersIsToldThatTheClientHasGone(Simulation sim) {
        List<Response> kept = new ArrayList<>();
        Client client = client(sim, (request, response) -> {
            kept.add(response.onLost(() -> told.add("lost")));
            response.write(ByteBuffer.wrap(new byte[] {'a'}));
        });
        client.send(GET);
        sim.runUntil(() -> client.received().endsWith("a\r\n"));
        sim.link(Client.NAME, "server").reset();
        sim.runUntil(() -> told.equals(List.of("lost")));
        assertFalse(kept.get(0).write(ByteBuffer.wrap(new byte[] {'b'})));
        kept.get(0).end();
        assertEquals(0, server.connections());
    }

    // ---- deadlines ----

    @SimulationTest(runs = 3)
    void whoSendsAHeadByteByByteIsCutOffWhileOthersAreServed(Simulation sim) {
        Client slow = client(sim, HELLO);
        Client other = Client.of(sim);
        String head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        for (int second = 0; second < 9; second++) {
            slow.send(head.substring(second, second + 1));
            other.send(GET);
            sim.advance(Duration.ofSeconds(1));
            assertEquals("", slow.received());
        }
        sim.advance(Duration.ofSeconds(3));
        assertEquals("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", slow.received());
        assertTrue(slow.hasEnded());
        assertEquals(HELLO_ANSWER.repeat(9), other.received());
        assertFalse(other.hasEnded());
    }

    @SimulationTest(runs = 3)
    void whoSaysNothingIsDisconnected(Simulation sim) {
        Client silent = client(sim, HELLO);
        sim.advance(Duration.ofSeconds(9));
        assertFalse(silent.hasEnded());
        sim.advance(Duration.ofSeconds(3));
        assertTrue(silent.hasEnded());
        assertEquals("", silent.received());
    }

    @SimulationTest(runs = 3)
    void whoAsksNothingMoreIsDisconnected(Simulation sim) {
        Client client = client(sim, HELLO).send(GET);
        sim.advance(Duration.ofSeconds(58));
        assertFalse(client.hasEnded());
        sim.advance(Duration.ofSeconds(4));
        assertTrue(client.hasEnded());
        assertEquals(HELLO_ANSWER, client.received());
    }

    @SimulationTest(runs = 3)
    void whoAsksNowAndThenIsKept(Simulation sim) {
        Client client = client(sim, HELLO);
        for (int i = 0; i < 5; i++) {
            client.send(GET);
            sim.advance(Duration.ofSeconds(50));
        }
        assertEquals(HELLO_ANSWER.repeat(5), client.received());
        assertFalse(client.hasEnded());
    }

    @SimulationTest(runs = 3)
    void aBodyThatStallsIsCutOffAndOneThatIsSlowIsNot(Simulation sim) {
        Client client = client(sim, (request, response) -> request.body(100, response::send));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
        for (int i = 0; i < 3; i++) {
            sim.advance(Duration.ofSeconds(28));
            client.send("x");
        }
        sim.advance(Duration.ofSeconds(28));
        assertEquals("", client.received());
        sim.advance(Duration.ofSeconds(5));
        assertEquals("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", client.received());
    }

    @SimulationTest(runs = 3)
    void aHandlerMayThinkAsLongAsItLikes(Simulation sim) {
        Client client = client(sim, (request, response) -> loop.timer(Duration.ofMinutes(10), timer -> response.send("hi")));
        client.send(GET);
        sim.advance(Duration.ofMinutes(9));
        assertFalse(client.hasEnded());
        sim.runUntil(() -> client.received().endsWith("hi"));
    }

    @SimulationTest(runs = 3)
    void whoTakesNoneOfItsAnswerIsCutOff(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.onLost(() -> told.add("lost"));
            response.length(10_000_000).write(ByteBuffer.allocate(1_000_000));
        });
        sim.runUntil(() -> client.socket().localAddress() != null);
        client.socket().pause();
        client.send(GET);
        sim.advance(Duration.ofSeconds(28));
        assertEquals(List.of(), told);
        sim.advance(Duration.ofSeconds(5));
        assertEquals(List.of("lost"), told);
    }

    // ---- the end ----

    @SimulationTest(runs = 3)
    void aServerThatClosesLetsItsClientsFinish(Simulation sim) {
        Client idle = client(sim, (request, response) -> loop.timer(Duration.ofSeconds(1), timer -> response.send("hi")));
        Client busy = Client.of(sim).send(GET + GET);
        sim.advance(Duration.ofMillis(500));
        server.onClose(() -> told.add("closed"));
        server.close();
        sim.advance(Duration.ofMillis(400));
        assertTrue(idle.hasEnded());
        assertFalse(busy.hasEnded());
        sim.runUntil(busy::hasEnded);
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", busy.received());
        busy.socket().close();
        idle.socket().close();
        sim.runUntil(() -> told.equals(List.of("closed")));
    }

    @SimulationTest(runs = 3)
    void anAnswerThatHadBegunWhenTheServerClosesIsFinishedAndIsTheLast(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.length(2).write(ByteBuffer.wrap(new byte[] {'h'}));
            loop.timer(Duration.ofSeconds(1), timer -> {
                response.write(ByteBuffer.wrap(new byte[] {'i'}));
                response.end();
            });
        });
        client.send(GET + GET);
        sim.runUntil(() -> client.received().endsWith("h"));
        server.close();
        sim.runUntil(client::hasEnded, Duration.ofSeconds(5));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", client.received());
    }

    // ---- all together ----

    /** Bodies both ways, at once or later, cut anywhere: no answer is lost, doubled or out of order. */
    @SimulationTest(runs = 10)
    void whateverTheNetworkDoesEachClientGetsItsAnswersInOrder(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            String target = request.target();
            request.body(100_000, body -> {
                byte[] all = (target + body.length).getBytes(ISO_8859_1);
                if (target.endsWith("0")) {
                    response.send(all);
                } else {
                    loop.timer(Duration.ofMillis(target.hashCode() & 15), timer -> {
                        response.write(ByteBuffer.wrap(all));
                        response.end();
                    });
                }
            });
        };
        client(sim, handler).socket().close();
        Random random = new Random(sim.seed());
        sim.link(Client.NAME, "server").chunks(1 + random.nextInt(50));
        sim.link(Client.NAME, "server").latency(Duration.ZERO, Duration.ofMillis(20));
        List<Client> clients = new ArrayList<>();
        List<StringBuilder> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(Client.of(sim));
            expected.add(new StringBuilder());
            for (int k = 0; k < 20; k++) {
                ask(clients.get(i), expected.get(i), "/" + i + "/" + k, random.nextInt(300), random.nextBoolean());
            }
            clients.get(i).end();
        }
        for (int i = 0; i < 5; i++) {
            sim.runUntil(clients.get(i)::isClosed);
            assertEquals(expected.get(i).toString(), clients.get(i).received());
        }
    }

    private static void ask(Client client, StringBuilder expected, String target, int length, boolean chunked) {
        String body = "b".repeat(length);
        client.send("POST " + target + " HTTP/1.1\r\nHost: a\r\n" + (chunked && length > 0
                ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(length) + "\r\n" + body + "\r\n0\r\n\r\n"
                : "Content-Length: " + length + "\r\n\r\n" + body));
        String answer = target + length;
        expected.append(target.endsWith("0") ? "HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer
                : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(answer.length()) + "\r\n" + answer + "\r\n0\r\n\r\n");
    }
}
