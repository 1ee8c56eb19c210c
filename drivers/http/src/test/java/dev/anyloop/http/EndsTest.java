package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Deadlines, and how a server ends. */
class EndsTest extends SimulatedServer {

    private boolean returned;

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

    /** A hundred heads a byte a second, and a hundred bodies that stall. */
    @SimulationTest(runs = 3)
    void manySlowSendersAreCutOffWhileOthersAreServed(Simulation sim) {
        Client other = client(sim, (request, response) -> request.body(100, body -> response.send("hi")));
        List<Client> heads = new ArrayList<>();
        List<Client> bodies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            heads.add(Client.of(sim));
            bodies.add(Client.of(sim).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx"));
        }
        String head = "GET /" + "a".repeat(100);
        for (int second = 0; second < 40; second++) {
            for (Client slow : heads) {
                slow.send(head.substring(second, second + 1));
            }
            other.send(GET);
            sim.advance(Duration.ofSeconds(1));
        }
        String timedOut = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        heads.forEach(slow -> assertEquals(timedOut, slow.received()));
        bodies.forEach(slow -> assertEquals(timedOut, slow.received()));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".repeat(40), other.received());
        assertEquals(1, server.connections());
    }

    @SimulationTest(runs = 3)
    void whoGoesOnSendingAfterARefusalHasItsAnswerAndIsCutOffAfterAWhile(Simulation sim) {
        Client client = client(sim, HELLO).send("no request\r\n");
        for (int i = 0; i < 8; i++) {
            sim.advance(Duration.ofMillis(500));
            client.send("x");
        }
        assertTrue(client.received().startsWith("HTTP/1.1 400 Bad Request\r\n"), client.received());
        assertTrue(client.hasEnded());
        assertEquals(1, server.connections());
        assertEquals("", client.error());
        sim.advance(Duration.ofSeconds(4));
        client.send("x");
        sim.runUntil(client::isClosed, Duration.ofSeconds(2));
        assertEquals(0, server.connections());
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

    /** The end of its requests is no reason to hurry. */
    @SimulationTest(runs = 3)
    void whoReadsSlowlyAndHasNothingMoreToAskGetsAllOfItsAnswers(Simulation sim) {
        Client client = client(sim, (request, response) -> response.send(new byte[80_000]));
        sim.runUntil(() -> client.socket().localAddress() != null);
        client.socket().pause();
        client.send(GET);
        sim.advance(Duration.ofSeconds(1));
        client.send(GET + GET).end();
        sim.advance(Duration.ofSeconds(20));
        client.socket().resume();
        sim.runUntil(client::hasEndedOrIsClosed);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 80000\r\n\r\n".length() * 3 + 240_000, client.received().length());
        assertEquals("", client.error());
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

    /** Wherever it ends in the call, the next one does the rest. */
    @SimulationTest(runs = 3)
    void whoHasNoStackToCloseTheServerMayCallAgain(Simulation sim) {
        List<Client> idle = new ArrayList<>(List.of(client(sim, HELLO)));
        while (idle.size() < 20) {
            idle.add(Client.of(sim));
        }
        idle.forEach(client -> client.send(GET));
        sim.runUntil(() -> idle.stream().allMatch(client -> client.received().equals(HELLO_ANSWER)));
        server.onClose(() -> told.add("closed"));
        closeAtTheEndOfTheStack();
        sim.advance(Duration.ofSeconds(1));
        assertTrue(idle.stream().allMatch(Client::hasEnded), "some are left");
        idle.forEach(client -> client.socket().close());
        sim.runUntil(() -> told.equals(List.of("closed")), Duration.ofSeconds(1));
    }

    /** Until it returns; each call has a little more room than the one before it. */
    private void closeAtTheEndOfTheStack() {
        try {
            closeAtTheEndOfTheStack();
        } catch (StackOverflowError e) {
            // for want of what follows
        }
        if (!returned) {
            server.close();
            returned = true;
        }
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

    /** Who cleans up at the end of all has nothing to clean up any more, and what it throws costs nobody what is due to him. */
    @SimulationTest(runs = 3)
    void thatAllIsClosedIsToldAfterTheLastLoss(Simulation sim) {
        Client client = client(sim, (request, response) -> {
            response.onLost(() -> told.add("lost"));
            response.write(ByteBuffer.wrap(new byte[] {'a'}));
        });
        loop.onUncaught((it, thrown) -> told.add(thrown.getMessage()));
        client.send(GET);
        sim.runUntil(() -> client.received().endsWith("a\r\n"));
        server.onClose(() -> {
            throw new IllegalStateException("closed");
        }).close();
        sim.link(Client.NAME, "server").reset();
        sim.runUntil(() -> told.contains("closed"));
        sim.advance(Duration.ofSeconds(1));
        assertEquals(List.of("lost", "closed"), told);
    }
}
