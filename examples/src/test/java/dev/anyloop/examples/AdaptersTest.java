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

    @OnEachBackend
    void aConversationIsAChainOfFutures(String backend) throws Exception {
        assertPrints(backend, FutureChain.class, "asked: hello", "answer: hello");
    }

    /** How often the heart beats is up to the machine. */
    @OnEachBackend
    void aLoopIsAScheduler(String backend) throws Exception {
        try (Program program = Program.start(backend, Scheduled.class)) {
            List<String> lines = program.end(0);
            assertEquals("beat 1, on the loop: true", lines.get(0));
            assertEquals(List.of("cancelled: true", "Nothing is left to do."), lines.subList(lines.size() - 2, lines.size()));
        }
    }

    @OnEachBackend
    void socketsAreStreams(String backend) throws Exception {
        assertPrints(backend, StreamRelay.class, "1000000 bytes are back.");
    }

    @OnEachBackend
    void threadsWaitForTheirAnswers(String backend) throws Exception {
        assertPrints(backend, BlockingClients.class, "answer: client 1", "answer: client 2", "answer: client 3");
    }
}
