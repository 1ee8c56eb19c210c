package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Socket;
import dev.anyloop.http.protocol.Headers;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** How a client goes on with another protocol (RFC 9110, 7.8). */
class ClientUpgradesTest extends SimulatedClient {

    private static final String SWITCHES = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ECHO\r\nX: 1\r\n\r\n";

    private Socket handed;
    private final StringBuilder received = new StringBuilder();

    private ClientRequest upgrade(String path) {
        return get(path).upgrade("echo", this::take);
    }

    private void take(Socket socket, Headers headers, ByteBuffer first) {
        handed = socket;
        told.add("101 " + headers.get("X"));
        received.append(ISO_8859_1.decode(first));
        socket.onRead((s, data) -> received.append(ISO_8859_1.decode(data)))
                .onEnd(s -> told.add("end"))
                .onClose((s, error) -> told.add("close"));
    }

    /** The bytes behind the head are of the new protocol, and would be an answer if they were not. */
    @SimulationTest(runs = 1)
    void nothingIsLostOrReadAsAnAnswerWhereverItIsCut(Simulation sim) {
        open(sim);
        String bytes = "HTTP/1.1 103 Early Hints\r\n\r\n" + SWITCHES + RawServer.OK;
        for (int i = 0; i <= bytes.length(); i++) {
            int cut = i;
            server.onRequest = (connection, request) -> {
                connection.send(bytes.substring(0, cut));
                connection.socket.loop().timer(Duration.ofMillis(5), timer -> connection.send(bytes.substring(cut)).socket.end());
            };
            told.clear();
            received.setLength(0);
            send(upgrade("/" + i));
            sim.runUntil(() -> told.contains("close"), Duration.ofSeconds(1));
            assertEquals(List.of("101 1", "end", "close"), told);
            assertEquals(RawServer.OK, received.toString());
            assertEquals(0, client.connections());
            assertTrue(server.connections.get(i).received.toString().startsWith(
                    "GET /" + i + " HTTP/1.1\r\nHost: server\r\nConnection: upgrade\r\nUpgrade: echo\r\n"), "asked for it");
        }
        assertEquals(bytes.length() + 1, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void nothingOfHttpIsLeftBehind(Simulation sim) {
        Duration second = Duration.ofSeconds(1);
        open(sim, ClientOptions.defaults().withPool(1, 3, second));
        server.onRequest = (connection, request) -> connection.send(request.equals("GET /up") ? SWITCHES : RawServer.OK);
        send(upgrade("/up").timeout(Duration.ofSeconds(10)));
        send(get("/next")); // waits for a connection, of which there may be one
        sim.runUntil(() -> told.contains("<ok>"));
        assertEquals(List.of("101 1", "200 OK", "<ok>"), told);
        assertEquals(2, server.connections.size());
        client.close();
        sim.advance(Duration.ofMinutes(5));
        assertEquals(0, client.connections());
        assertTrue(handed.isOpen());
        handed.write("more");
        sim.runUntil(() -> server.connections.get(0).received.toString().endsWith("\r\n\r\nmore"));
        handed.close();
        sim.runUntil(() -> told.contains("close"));
    }

    @SimulationTest(runs = 3)
    void anyOtherAnswerIsOneLikeAllOthersAndKeepsTheConnection(Simulation sim) {
        open(sim);
        send(upgrade("/1"));
        sim.runUntil(this::hasEnded);
        send(upgrade("/2"));
        sim.runUntil(() -> told.size() == 4);
        assertEquals(List.of("200 OK", "<ok>", "200 OK", "<ok>"), told);
        assertEquals(1, server.connections.size());
    }

    @SimulationTest(runs = 3)
    void aSwitchToWhatNobodyAskedForFailsTheRequest(Simulation sim) {
        open(sim);
        for (String answer : List.of(SWITCHES.replace("ECHO", "other"), SWITCHES.replace("ECHO", "echo, other"),
                SWITCHES.replace("Connection: Upgrade\r\n", ""), SWITCHES.replace("Upgrade: ECHO\r\n", ""),
                SWITCHES.replace("X: 1", "Upgrade: echo"), SWITCHES.replace("1.1 101", "1.0 101"))) {
            told.clear();
            server.onRequest = (connection, request) -> connection.send(answer + "more");
            send(upgrade("/"));
            sim.runUntil(this::hasEnded);
            assertEquals(List.of("MALFORMED"), told, answer);
            sim.runUntil(() -> server.open() == 0 && client.connections() == 0);
        }
    }

    @SimulationTest(runs = 3)
    void aSwitchBeforeTheEndOfTheRequestFailsIt(Simulation sim) {
        open(sim);
        server.onHead = (connection, request) -> connection.send(SWITCHES);
        server.onRequest = (connection, request) -> { };
        send(request("POST", "/").body(sink -> sink.write(ByteBuffer.allocate(1))).upgrade("echo", this::take));
        sim.runUntil(this::hasEnded);
        assertEquals(List.of("MALFORMED"), told);
    }

    @SimulationTest(runs = 3)
    void whatTheNewProtocolThrowsClosesTheSocketAndIsTold(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send(SWITCHES);
        send(get("/").upgrade("echo", (socket, headers, first) -> {
            throw new IllegalArgumentException("mine");
        }));
        sim.runUntil(() -> server.open() == 0 && !server.connections.isEmpty());
        assertEquals(List.of("mine"), uncaught.stream().map(Throwable::getMessage).toList());
        assertEquals(List.of(), told);
        assertEquals(0, client.connections());
    }

    @SimulationTest(runs = 3)
    void aRequestThatHasEndedByAnUpgradeCannotBeCancelled(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send(SWITCHES);
        ClientRequest[] request = new ClientRequest[1];
        request[0] = get("/").upgrade("echo", (socket, headers, first) -> {
            assertFalse(request[0].cancel());
            take(socket, headers, first);
        });
        send(request[0]);
        sim.runUntil(() -> handed != null);
        assertTrue(handed.isOpen());
    }

    @SimulationTest(runs = 3)
    void aRequestThatIsCancelledIsNotUpgraded(Simulation sim) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send(SWITCHES);
        ClientRequest request = upgrade("/");
        send(request);
        sim.runUntil(() -> !server.requests.isEmpty());
        assertTrue(request.cancel());
        sim.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), told);
        assertEquals(0, server.open());
    }

    @SimulationTest(runs = 1)
    void whatCannotBeIsRefusedAtTheCall(Simulation sim) {
        open(sim);
        assertThrows(IllegalArgumentException.class, () -> get("/").upgrade("a b", this::take));
        assertThrows(IllegalArgumentException.class, () -> get("/").upgrade("", this::take));
        assertThrows(IllegalArgumentException.class, () -> get("/").header("Upgrade", "echo"));
        assertThrows(IllegalStateException.class, () -> upgrade("/").send(10));
        assertEquals(0, client.connections());
    }
}
