package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

class InspectTest {

    private static final int SLOW = 700;

    @OnEachBackend
    void theSlowCallbackIsFoundInThreeWays(String backend) throws Exception {
        try (Program inspect = Program.start(backend, Inspect.class)) {
            String printed = String.join("\n", inspect.end(0));
            assertFound(printed, "20 members talk on loop \"chat-1\" on " + backend + "\\.");
            assertFound(printed, "\"state\":\"running\",\\s+\"inside\":\\{\"callback\":\"task\",\"of\":\"dev.anyloop.examples.Inspect\\$Slow\"}");
            assertFound(printed, "\"stuck\":\\{\"seconds\":\\d\\.\\d+,\"at\":\\[[^]]*Inspect\\$Slow\\.run\\(Inspect\\.java:\\d+\\)");
            assertFound(printed, "\"counts\":\\{\"connecting\":0,\"open\":20,");
            for (String longest : List.of("Callback +\\d+, the longest took (\\d+) ms: task of .*Slow", "Turn +\\d+, the longest took (\\d+) ms",
                    "TaskWait +\\d+, the longest took (\\d+) ms: .*Late", ", the longest (\\d+) ms")) {
                int millis = Integer.parseInt(assertFound(printed, longest).group(1));
                assertTrue(millis >= SLOW - 10, () -> longest + " is not long:\n" + printed);
            }
            assertFound(printed, "Close +20\\b");
        }
    }

    private static MatchResult assertFound(String printed, String pattern) {
        return Pattern.compile(pattern).matcher(printed).results().findFirst()
                .orElseThrow(() -> new AssertionError("no " + pattern + " in\n" + printed));
    }
}
