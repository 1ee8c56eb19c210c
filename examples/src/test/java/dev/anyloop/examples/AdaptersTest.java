package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** The examples of the adapters, as users run them. */
class AdaptersTest {

    private static void assertPrints(String backend, Class<?> example, String... lines) throws Exception {
        try (Program program = Program.start(backend, example)) {
            assertEquals(List.of(lines), program.end(0));
        }
    }

    @OnEachBackend
    void messagesComeBackWhole(String backend) throws Exception {
        assertPrints(backend, FramedEcho.class, "back: 5 bytes", "back: 0 bytes", "back: 300000 bytes", "back: 7 bytes", "All messages are back.");
    }
}
