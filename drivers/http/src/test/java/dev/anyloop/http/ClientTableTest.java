package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.http.protocol.Case;
import dev.anyloop.sim.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the tables of answers say, by way of the client. */
class ClientTableTest extends SimulatedClient {

    /** Those that are refused. */
    static Stream<Case> refused() throws IOException {
        return Case.all("answers.txt").stream().filter(it -> it.expected().matches("(?s).*![A-Z_]+") && it.bytes().startsWith("H"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anAnswerThatIsRefusedFailsItsRequestByItsRuleAndClosesTheConnection(Case it) {
        String rule = it.expected().substring(it.expected().lastIndexOf('!') + 1);
        try (Simulation sim = Simulation.withSeed(it.bytes().length())) {
            open(sim);
            server.onRequest = (connection, request) -> connection.send(it.bytes()).socket.end();
            send(get("/"));
            sim.runUntil(() -> !told.isEmpty() && Character.isUpperCase(told.get(told.size() - 1).charAt(0)));
            assertEquals(rule.equals("TRUNCATED") ? "INCOMPLETE" : "MALFORMED " + rule, told.get(told.size() - 1));
            assertEquals(it.expected().startsWith("!") ? 1 : 2, told.size(), told.toString());
            sim.runUntil(() -> client.connections() == 0 && server.open() == 0);
        }
    }

    /** Ended, or reset, after each byte: what is told as a whole is the whole. */
    @Test
    void whereverAnAnswerIsCutItIsNotTheWhole() {
        for (String answer : List.of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a\r\nllo\r\n0\r\nX: y\r\n\r\n")) {
            for (int cut = 0; cut <= answer.length(); cut++) {
                for (boolean reset : new boolean[] {false, true}) {
                    cut(answer, cut, reset);
                }
            }
        }
    }

    private void cut(String answer, int cut, boolean reset) {
        try (Simulation sim = Simulation.withSeed(cut)) {
            open(sim);
            server.onRequest = (connection, request) -> {
                connection.send(answer.substring(0, cut));
                if (!reset) {
                    connection.socket.end();
                }
            };
            send(get("/"));
            sim.runUntil(() -> server.requests.size() == 1);
            sim.advance(Duration.ofSeconds(1));
            sim.link(CLIENT, SERVER).reset();
            sim.runUntil(() -> client.connections() == 0);
            String last = told.get(told.size() - 1);
            if (cut == answer.length()) {
                assertEquals("<hello>", last);
            } else {
                assertEquals(cut == 0 ? "LOST" : "INCOMPLETE", last, "cut at " + cut);
            }
            assertTrue(told.size() <= 2, told.toString());
        }
    }
}
