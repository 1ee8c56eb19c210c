package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.http.protocol.Case;
import dev.anyloop.http.protocol.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of requests, asked of a server: smuggling among it. */
class TableTest extends SimulatedServer {

    private static final Pattern REFUSED = Pattern.compile("!([A-Z0-9_]+)$");
    private static final String MUCH_MORE = "x".repeat(100_000);

    private record Asked(Case it, Client client, List<Integer> expected) {}

    /** Whatever was sent after that is not read as a request, and does not keep the refusal from arriving. */
    @SimulationTest(runs = 2)
    void eachRequestOfTheTableIsAnsweredAndWhatIsRefusedEndsTheConnection(Simulation sim) throws IOException {
        client(sim, (request, response) -> {
            request.body(1 << 20, body -> response.send());
        });
        List<Asked> asked = new ArrayList<>();
        for (Case it : Case.requests()) {
            boolean ends = it.expected().endsWith("!TRUNCATED") || !REFUSED.matcher(it.expected()).find();
            Client client = Client.of(sim).send(it.bytes());
            asked.add(new Asked(it, ends ? client.end() : client.send(MUCH_MORE), statuses(it)));
        }
        for (Asked each : asked) {
            sim.runUntil(each.client()::hasEndedOrIsClosed, Duration.ofSeconds(5));
            assertEquals(each.expected(), statuses(each.client().received()), each.it().name());
            assertEquals("", each.client().error(), each.it().name());
        }
    }

    /** As the table has it: what follows a request that closes, or that cannot be a request, is not answered. */
    private static List<Integer> statuses(Case it) {
        List<Integer> statuses = new ArrayList<>();
        for (String message : it.expected().split("(?<=end;)")) {
            Matcher refused = REFUSED.matcher(message);
            if (refused.find()) {
                statuses.add(Rule.valueOf(refused.group(1)).status());
            } else if (!message.isEmpty()) {
                statuses.add(message.startsWith("CONNECT ") ? 501 : 200);
            }
            if (message.contains(" close ") || message.startsWith("CONNECT ")) {
                break;
            }
        }
        return statuses;
    }

    private static List<Integer> statuses(String received) {
        List<Integer> statuses = new ArrayList<>();
        Matcher line = Pattern.compile("HTTP/1.1 ([0-9]{3}) [^\r]*\r\n").matcher(received);
        while (line.find()) {
            int status = Integer.parseInt(line.group(1));
            if (status >= 200) {
                statuses.add(status);
            }
        }
        return statuses;
    }
}
