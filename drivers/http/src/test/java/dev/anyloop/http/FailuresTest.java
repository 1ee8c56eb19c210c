package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.http.protocol.Headers;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Requests that cannot be read, and handlers that fail. */
class FailuresTest extends SimulatedServer {

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

    /** Connections lend each other what reads, and what it has read must not show through. */
    @SimulationTest(runs = 3)
    void fieldsThatWereKeptAreNeverThoseOfAnotherClient(Simulation sim) {
        List<Headers> kept = new ArrayList<>();
        Client first = client(sim, (request, response) -> {
            kept.add(request.headers());
            response.send();
        }).send(GET);
        sim.runUntil(() -> first.received().endsWith("\r\n\r\n"));
        Client second = Client.of(sim).send(GET.replace("Host: a", "Host: another"));
        sim.runUntil(() -> second.received().endsWith("\r\n\r\n"));
        assertThrows(IllegalStateException.class, () -> kept.get(0).get("Host"));
        assertEquals(2, kept.size());
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
}
