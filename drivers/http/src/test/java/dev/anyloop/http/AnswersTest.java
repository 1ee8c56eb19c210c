package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is answered, and in which order. */
class AnswersTest extends SimulatedServer {

    private static final int HEAD_BYTES = "HTTP/1.1 200 OK\r\nDate: Thu, 05 Mar 2026 04:05:06 GMT\r\nContent-Length: 200\r\n\r\n".length();

    // ---- answers ----

    @SimulationTest(runs = 3)
    void aRequestIsAnsweredWithDateAndLength(Simulation sim) {
        Client client = client(sim, HELLO).send(GET).end();
        sim.runUntil(client::isClosed);
        assertEquals("HTTP/1.1 200 OK\r\nDate: Thu, 05 Mar 2026 04:05:06 GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello",
                client.withDates());
    }

    /** RFC 9112, 3.2.2: as clients ask proxies, a server is to be asked as well. */
    @SimulationTest(runs = 3)
    void aTargetThatIsAWholeUriHasItsPath(Simulation sim) {
        answer(sim, (request, response) -> {
            told.add(request.path() + " " + request.query());
            response.send();
        }, GET.replace("/ ", "http://b:1/c/d?e://f/g ") + GET.replace("/ ", "http://b ") + GET.replace("/ ", "http://b?c/d ")
                + GET.replace("/ ", "/http://a ") + GET.replace("GET / ", "OPTIONS * "));
        assertEquals(List.of("/c/d e://f/g", "/ null", "/ c/d", "/http://a null", "* null"), told);
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

    /** RFC 9110, 15.3.6: and a client would wait for what the length announces (RFC 9112, 6.3). */
    @SimulationTest(runs = 3)
    void aLengthThatIsSaidOfAnAnswerWithoutBodyIsNotSent(Simulation sim) {
        assertEquals("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", answer(sim, (request, response) -> {
            response.length(5).status(request.method().equals("GET") ? 205 : 204);
            assertThrows(IllegalStateException.class, () -> response.write(ByteBuffer.allocate(1)));
            response.end();
        }, GET + GET.replace("GET", "PUT")));
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
    void trailersComeBehindChunksAndToHeadTheyDoNot(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.header("Trailer", "X-Sum").write(ByteBuffer.wrap("hello".getBytes(ISO_8859_1)));
            response.trailer("X-Sum", "5").write(ByteBuffer.wrap("!".getBytes(ISO_8859_1)));
            response.trailer("ETag", "\"a\"").end();
            assertThrows(IllegalStateException.class, () -> response.trailer("X-Late", "1"));
        };
        String head = "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n";
        String whole = head + "5\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 5\r\nETag: \"a\"\r\n\r\n";
        assertEquals(whole + head + whole, answer(sim, handler, GET + GET.replace("GET", "HEAD") + GET));
    }

    @SimulationTest(runs = 3)
    void trailersOfAnAnswerWithALengthAreRefusedAtTheCallAndNotSentToVersion1_0(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            assertThrows(IllegalStateException.class, () -> response.trailer("X", "1"));
            switch (request.target()) {
                case "/length" -> response.length(0);
                case "/204" -> response.status(204);
                default -> { }
            }
            response.write(ByteBuffer.allocate(0));
            if (request.minorVersion() > 0) {
                assertThrows(IllegalStateException.class, () -> response.trailer("X", "1"));
            } else { // which version a client speaks is no mistake of the handler's
                response.trailer("X", "1");
                assertThrows(IllegalArgumentException.class, () -> response.trailer("X", "a\nb"));
            }
            response.end();
        };
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
                answer(sim, handler, "GET /length HTTP/1.1\r\nHost: a\r\n\r\nGET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /old HTTP/1.0\r\n\r\n"));
    }

    @SimulationTest(runs = 3)
    void whatCannotBeATrailerIsRefusedAtTheCall(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            response.write(ByteBuffer.allocate(0));
            for (String name : List.of("Content-Length", "transfer-encoding", "Host", "Set-Cookie", "Content-Type", "If-Match", "Trailer", "Date",
                    "Connection", "no name", "")) {
                assertThrows(IllegalArgumentException.class, () -> response.trailer(name, "1"), name);
            }
            assertThrows(IllegalArgumentException.class, () -> response.trailer("X", "a\r\nY: b"));
            response.trailer("X", "1").end();
        };
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n", answer(sim, handler, GET));
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
            assertThrows(IllegalArgumentException.class, () -> response.interim(103, "Link", "</a>", "Content-Length", "1"));
            assertThrows(IllegalArgumentException.class, () -> response.interim(103, "Link", "</a>", "X", "a\r\n"));
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

    /** Those that are put together, and all others. */
    @SimulationTest(runs = 10)
    void answersOfAllKindsToOneViewStayInOrder(Simulation sim) {
        HttpHandler handler = (request, response) -> {
            int number = Integer.parseInt(request.target().substring(1));
            switch (number % 5) {
                case 0 -> response.send("small");
                case 1 -> response.send("x".repeat(3000)); // some of these are more than go together
                case 2 -> response.send("y".repeat(20_000));
                case 3 -> {
                    response.interim(103).length(6).write(ByteBuffer.wrap("in two".getBytes(ISO_8859_1)));
                    response.end();
                }
                default -> loop.execute(() -> response.send("later"));
            }
        };
        StringBuilder requests = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            int kind = i * 7 % 25;
            requests.append("GET /").append(kind).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
            String body = List.of("small", "x".repeat(3000), "y".repeat(20_000), "in two", "later").get(kind % 5);
            expected.append(kind % 5 == 3 ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "")
                    .append("HTTP/1.1 200 OK\r\nContent-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        }
        assertEquals(expected.toString(), answer(sim, handler, requests.toString()));
    }

    /** In the middle of requests that are read from another connection. */
    @SimulationTest(runs = 10)
    void whoIsAnsweredInAnothersRequestGetsNothingOfIts(Simulation sim) {
        List<Response> waiting = new ArrayList<>();
        Client first = client(sim, (request, response) -> {
            if (request.target().equals("/wait")) {
                waiting.add(response);
                return;
            }
            response.send(request.target());
            waiting.forEach(other -> other.send("told by " + request.target()));
            waiting.clear();
        });
        Client second = Client.of(sim);
        first.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        sim.runUntil(() -> !waiting.isEmpty());
        second.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n").end();
        first.end();
        sim.runUntil(() -> first.isClosed() && second.isClosed());
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ntold by /1", first.received());
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/1HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/2", second.received());
    }

    private static final String TWO_ASKED = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String TWO_ANSWERED = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/1HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/2";

    @SimulationTest(runs = 5)
    void whatWasAnsweredBeforeARefusalArrives(Simulation sim) {
        String all = answer(sim, (request, response) -> response.send(request.target()), TWO_ASKED + "GET / HTTP/1.1\r\n\r\n");
        assertTrue(all.startsWith(TWO_ANSWERED + "HTTP/1.1 400 Bad Request\r\n"), all);
    }

    @SimulationTest(runs = 5)
    void soDoesWhatWasAnsweredBeforeTheLastRequest(Simulation sim) {
        String all = answer(sim, (request, response) -> response.send(request.target()),
                TWO_ASKED + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertEquals(TWO_ANSWERED + "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n/3", all);
    }

    /** What is answered and not sent stays below the high water mark, and what the kernels hold. */
    @SimulationTest(runs = 1)
    void whoAsksTenThousandTimesWithoutReadingIsMadeToWait(Simulation sim) {
        int[] handled = new int[1];
        long[] waits = new long[2]; // bytes answered, and the most of them that were not sent
        String padding = "x".repeat(195);
        Client client = client(sim, (request, response) -> {
            handled[0]++;
            response.send(request.target() + padding);
            waits[0] += HEAD_BYTES + request.target().length() + padding.length();
            waits[1] = Math.max(waits[1], waits[0] - loop.stats().bytesOut());
        });
        sim.runUntil(() -> client.socket().localAddress() != null);
        client.socket().pause();
        StringBuilder requests = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            String target = String.format("/%04d", i);
            requests.append("GET ").append(target).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
            expected.append("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n").append(target).append(padding);
        }
        client.send(requests.toString()).end();
        sim.advance(Duration.ofSeconds(5));
        assertTrue(handled[0] > 0 && handled[0] < 5000, () -> handled[0] + " requests were handled");
        client.socket().resume();
        sim.runUntil(client::isClosed);
        assertEquals(10_000, handled[0]);
        assertEquals(expected.toString(), client.received());
        assertTrue(waits[1] <= SocketOptions.defaults().highWaterMark() + 1000, () -> waits[1] + " bytes waited");
    }
}
