package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Many clients at once, cut and delayed by chance. */
class ManyClientsTest extends SimulatedServer {

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
