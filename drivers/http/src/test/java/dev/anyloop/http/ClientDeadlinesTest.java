package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.http.protocol.Limits;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long a client waits, for each part of an exchange. */
class ClientDeadlinesTest extends SimulatedClient {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private void open(Simulation sim, Duration head, Duration body) {
        open(sim, ClientOptions.defaults().withTimeouts(SECOND, head, body, Duration.ofSeconds(5)));
    }

    private void failsWithin(Simulation sim, Duration least, Duration most, String... expected) {
        sim.advance(least);
        assertEquals(List.of(expected).subList(0, expected.length - 1), told);
        sim.runUntil(() -> told.size() == expected.length, most.minus(least));
        assertEquals(List.of(expected), told);
        sim.runUntil(() -> server.open() == 0);
        assertEquals(0, client.connections());
    }

    @SimulationTest(runs = 3)
    void theHeadOfAnAnswerComesInTime(Simulation sim) {
        open(sim, Duration.ofSeconds(4), SECOND);
        server.onRequest = (connection, request) -> { };
        send(get("/"));
        failsWithin(sim, Duration.ofSeconds(4), Duration.ofSeconds(6), "TIMEOUT");
    }

    /** All of it is given at once, and has a long way to go. */
    @SimulationTest(runs = 3)
    void anAnswerIsWaitedForFromWhenTheRequestHasLeft(Simulation sim) {
        open(sim, Duration.ofSeconds(4), SECOND);
        Rule slow = sim.link(CLIENT, SERVER).bandwidth(100_000);
        server.onRequest = (connection, request) -> {
            if (request.startsWith("PUT")) {
                slow.close();
                connection.send(RawServer.OK);
            }
        };
        send(request("PUT", "/").body(new byte[1_000_000]));
        sim.advance(Duration.ofSeconds(8));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("200 OK", "<ok>"), told);
        told.clear();
        send(request("POST", "/").body(new byte[1_000_000]));
        failsWithin(sim, Duration.ofSeconds(4), Duration.ofSeconds(6), "TIMEOUT");
    }

    /** Less than the high-water mark waits to be sent, of which no drain tells. */
    @SimulationTest(runs = 3)
    void anAnswerIsWaitedForFromWhenTheRestOfTheRequestHasLeft(Simulation sim) {
        open(sim, Duration.ofSeconds(4), SECOND);
        sim.link(CLIENT, SERVER).bandwidth(20_000);
        send(request("PUT", "/").body(new byte[250_000]));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("200 OK", "<ok>"), told);
    }

    @SimulationTest(runs = 20)
    void aDeadlineOfLessThanAMillisecondMoreIsNotEarlyEither(Simulation sim) {
        Duration word = Duration.ofNanos(1_900_000);
        open(sim, ClientOptions.defaults().withTimeouts(word, SECOND, SECOND, SECOND));
        sim.link(CLIENT, SERVER).latency(Duration.ZERO);
        List<Duration> asked = new ArrayList<>();
        server.onHead = (connection, request) -> asked.add(sim.now());
        send(get("/"));
        sim.runUntil(this::hasEnded);
        sim.advance(Duration.ofNanos(600_000));
        told.clear();
        asked.clear();
        send(request("POST", "/").body("body").expectContinue());
        sim.runUntil(this::hasEnded);
        Duration waited = sim.now().minus(asked.get(0));
        assertTrue(waited.compareTo(word) >= 0, "waited " + waited);
    }

    /** A byte now and then is no reason to wait for ever. */
    @SimulationTest(runs = 3)
    void aHeadThatTricklesIsCutOff(Simulation sim) {
        open(sim, Duration.ofSeconds(4), SECOND);
        server.onRequest = (connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nX: ");
            connection.socket.loop().interval(Duration.ofMillis(300), timer -> connection.send("x"));
        };
        send(get("/"));
        failsWithin(sim, Duration.ofSeconds(4), Duration.ofSeconds(6), "TIMEOUT");
    }

    /** Nor are interim answers. */
    @SimulationTest(runs = 3)
    void interimAnswersDoNotMakeItWaitLonger(Simulation sim) {
        open(sim, Duration.ofSeconds(4), SECOND);
        server.onRequest = (connection, request) ->
                connection.socket.loop().interval(Duration.ofMillis(300), timer -> connection.send("HTTP/1.1 102 Processing\r\n\r\n"));
        send(get("/"));
        failsWithin(sim, Duration.ofSeconds(4), Duration.ofSeconds(6), "TIMEOUT");
    }

    @SimulationTest(runs = 3)
    void theNextBytesOfABodyComeInTime(Simulation sim) {
        open(sim, SECOND, Duration.ofSeconds(4));
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        send(get("/"));
        failsWithin(sim, Duration.ofSeconds(4), Duration.ofSeconds(6), "200 OK", "TIMEOUT");
    }

    @SimulationTest(runs = 3)
    void aBodyThatIsLongButNeverStallsIsReadToItsEnd(Simulation sim) {
        open(sim, SECOND, Duration.ofSeconds(4));
        server.onRequest = (connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            connection.socket.loop().interval(Duration.ofSeconds(3), timer -> connection.send("x"));
        };
        send(get("/"));
        sim.runUntil(this::hasEnded, Duration.ofSeconds(40));
        assertEquals(List.of("200 OK", "<xxxxxxxxxx>"), told);
    }

    @SimulationTest(runs = 3)
    void theWholeIsBoundedIfThatIsWanted(Simulation sim) {
        open(sim, Duration.ofSeconds(40), Duration.ofSeconds(40));
        server.onRequest = (connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            connection.socket.loop().interval(SECOND, timer -> connection.send("x"));
        };
        send(get("/").timeout(Duration.ofSeconds(7)));
        failsWithin(sim, Duration.ofMillis(6_990), Duration.ofMillis(7_010), "200 OK", "TIMEOUT");
    }

    @SimulationTest(runs = 3)
    void aServerThatTakesNothingOfTheRequestIsGivenUp(Simulation sim) {
        open(sim, SECOND, SECOND);
        server.onHead = (connection, request) -> connection.socket.pause();
        send(request("PUT", "/").body(new byte[1 << 20]));
        sim.runUntil(() -> !told.isEmpty(), Duration.ofSeconds(10));
        assertEquals(List.of("TIMEOUT"), told);
    }

    /** It is its own affair how long that takes. */
    @SimulationTest(runs = 3)
    void whoSendsABodySlowlyIsNotHurried(Simulation sim) {
        open(sim, SECOND, SECOND);
        send(request("PUT", "/").body(sink -> loop.timer(Duration.ofSeconds(60), timer -> {
            sink.write(ByteBuffer.allocate(1));
            sink.end();
        })));
        sim.runUntil(this::hasEnded, Duration.ofSeconds(62));
        assertEquals(List.of("200 OK", "<ok>"), told);
    }

    @SimulationTest(runs = 3)
    void aConnectionIsMadeInTime(Simulation sim) {
        open(sim, ClientOptions.defaults().withConnect(ConnectOptions.defaults().withConnectTimeout(Duration.ofSeconds(3))));
        sim.link(CLIENT, SERVER).partition();
        send(get("/"));
        sim.runUntil(() -> !told.isEmpty(), Duration.ofSeconds(4));
        assertEquals(List.of("NO_CONNECTION"), told);
    }

    @SimulationTest(runs = 3)
    void aFloodOfHeadersIsCutOffByItsLimit(Simulation sim) {
        open(sim, ClientOptions.defaults().withLimits(Limits.defaults().withFields(1000, 10)));
        server.onRequest = (connection, request) -> connection.send("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(11));
        send(get("/"));
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("MALFORMED TOO_MANY_FIELDS"), told);
        assertTrue(server.requests.size() == 1);
    }
}
