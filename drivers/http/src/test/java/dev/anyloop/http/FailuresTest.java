package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.http.protocol.Headers;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import dev.anyloop.tck.run.OtherThread;
import java.nio.ByteBuffer;
import java.time.Duration;
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

    /** The client has got another answer than the handler's, and that the connection takes a while to close makes no difference. */
    @SimulationTest(runs = 3)
    void whoAnswersAfterARefusalIsToldThatItWasLost(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.onLost(() -> told.add("lost"));
            request.onBody(data -> { });
            loop.timer(Duration.ofSeconds(1), timer -> {
                assertFalse(response.interim(103).status(201).write(ByteBuffer.wrap(new byte[] {'a'})));
                response.end();
                told.add("answered");
            });
        });
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n");
        sim.runUntil(() -> told.size() == 2);
        assertEquals(List.of("answered", "lost"), told);
        assertTrue(client.received().startsWith("HTTP/1.1 400 Bad Request\r\n") && !client.received().contains("201"), client.received());
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

    /** No handler has to know of it, and what would go through the tunnel is not read as a request. */
    @SimulationTest(runs = 3)
    void aTunnelIsRefusedWithAllThatWasMeantForIt(Simulation sim) {
        String words = "CONNECT (RFC 9110, 9.3.6): there are no tunnels here\n";
        assertEquals("HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: "
                + words.length() + "\r\n\r\n" + words, answer(sim, HELLO, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n" + GET));
    }

    @SimulationTest(runs = 3)
    void aRefusalOfHeadHasNoBody(Simulation sim) {
        client(sim, (request, response) -> { });
        for (String head : List.of("HEAD / HTTP/1.1\r\n\r\n", "\r\nHEAD / HTTP/2.1\r\n",
                "HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n")) {
            Client client = Client.of(sim).send(head);
            sim.runUntil(client::hasEnded);
            assertTrue(client.received().matches("(?s)HTTP/1.1 [45].*\r\nContent-Length: [1-9][0-9]\r\n\r\n"), client.received());
        }
    }

    /** A client whose method was not read is told in words, whoever asked by HEAD before on that connection, or on another. */
    @SimulationTest(runs = 3)
    void aRefusalOfWhatIsNoHeadHasABody(Simulation sim) {
        String answers = answer(sim, HELLO, GET.replace("GET", "HEAD") + "HEAD\t");
        assertTrue(answers.endsWith("METHOD (RFC 9112, 3.1): a method that is no token\n"), answers);
    }

    /** Some clients end a body with an empty line more than there is (RFC 9112, 2.2). */
    @SimulationTest(runs = 3)
    void anEmptyLineBehindARequestIsNotAnswered(Simulation sim) {
        assertEquals(HELLO_ANSWER, answer(sim, HELLO, GET + "\r\n"));
        Client client = Client.of(sim).send(GET);
        sim.runUntil(() -> client.received().equals(HELLO_ANSWER));
        client.send("\r\n");
        Client other = Client.of(sim);
        for (int i = 0; i < 4_000; i++) {
            other.send("\r\n");
        }
        sim.runUntil(() -> client.hasEnded() && other.hasEnded(), Duration.ofSeconds(70));
        assertEquals(HELLO_ANSWER, client.received()); // and no 408
        assertEquals("", other.received());
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

    /** Nobody would write the rest of it, and no deadline is for a server that says nothing. */
    @SimulationTest(runs = 3)
    void anAnswerWhoseDrainCallbackThrowsIsCutOff(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.length(2_000_000).onLost(() -> told.add("lost")).onDrain(() -> {
                throw new java.io.IOException("ouch");
            });
            response.write(ByteBuffer.allocate(1_000_000));
        });
        loop.onUncaught((it, e) -> told.add(e.getMessage()));
        client.send(GET);
        sim.runUntil(client::hasEndedOrIsClosed, Duration.ofSeconds(5));
        assertEquals(List.of("ouch", "lost"), told);
        assertEquals(0, server.connections());
    }

    @SimulationTest(runs = 3)
    void anAnswerThatItsDrainCallbackEndsArrivesAlthoughThatThrows(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.length(1_000_001).onDrain(() -> {
                response.write(ByteBuffer.wrap(new byte[] {'!'}));
                response.end();
                throw new java.io.IOException("ouch");
            });
            response.write(ByteBuffer.allocate(1_000_000));
        });
        loop.onUncaught((it, e) -> told.add(e.getMessage()));
        client.send(GET);
        sim.runUntil(client::hasEnded, Duration.ofSeconds(5));
        assertTrue(client.received().endsWith("\0!"));
        assertEquals(List.of("ouch"), told);
    }

    /** Who has forgotten loop.execute is told so, and nothing of the answer is given yet (THREAD-001). */
    @SimulationTest(runs = 3)
    void aRequestIsNotAnsweredOnAnotherThread(Simulation sim) {
        ByteBuffer letter = ByteBuffer.wrap(new byte[] {'a'});
        Client client = client(sim, (request, response) -> {
            OtherThread.isRefused(() -> response.send("wrong"));
            OtherThread.isRefused(() -> response.send(letter));
            OtherThread.isRefused(() -> response.write(letter));
            OtherThread.isRefused(response::end);
            OtherThread.isRefused(() -> response.status(404));
            OtherThread.isRefused(() -> response.header("Wrong", "wrong"));
            OtherThread.isRefused(() -> response.length(7));
            OtherThread.isRefused(response::closeAfter);
            OtherThread.isRefused(() -> response.interim(103));
            OtherThread.isRefused(() -> response.onDrain(() -> { }));
            OtherThread.isRefused(() -> response.onLost(() -> { }));
            OtherThread.isRefused(request::pause);
            OtherThread.isRefused(() -> request.onBody(data -> { }));
            OtherThread.isRefused(() -> request.onEnd(() -> { }));
            OtherThread.isRefused(() -> request.body(0, body -> { }));
            request.pause();
            OtherThread.isRefused(request::resume);
            loop.timer(Duration.ofSeconds(1), timer -> {
                assertEquals(1, letter.remaining());
                response.write(letter);
                OtherThread.isRefused(() -> response.trailer("Wrong", "wrong"));
                OtherThread.isRefused(response::end);
                response.end();
            });
        });
        client.send(GET.replace("Host", "Expect: 100-continue\r\nContent-Length: 1\r\nHost"));
        sim.runUntil(client::hasEnded);
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", client.received());
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
