package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** What {@code -Danyloop.debug=true} tells of a careless program, and that without it nothing is told. */
class DebugModeTest {

    @OnEachBackend
    void mistakesAreTold(String backend) throws Exception {
        List<String> lines = run(backend, true);
        assertEquals(1, count(lines, "slow callback: init of loop"), lines::toString);
        assertEquals(1, count(lines, "slow callback: task of " + Careless.class.getName() + "$Speechless"), lines::toString);
        assertEquals(0, count(lines, "$$Lambda"), lines::toString); // told twice, by a name that says nothing
        assertTrue(lines.contains("kept: db"), lines::toString);
        assertEquals(2, count(lines, "still open when its loop closes: socket to 127.0.0.1:"), lines::toString);
        assertTrue(count(lines, "at dev.anyloop.examples.Careless.") > 0, lines::toString);
    }

    @OnEachBackend
    void withoutItTheyAreNot(String backend) throws Exception {
        List<String> lines = run(backend, false);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("kept: "), lines::toString);
    }

    private static List<String> run(String backend, boolean debug) throws Exception {
        List<String> options = List.of("-Danyloop.backend=" + backend, "-Danyloop.debug=" + debug);
        try (Program program = Program.start(options, Program.classPath(), Careless.class)) {
            return program.end(0);
        }
    }

    private static long count(List<String> lines, String part) {
        return lines.stream().filter(line -> line.contains(part)).count();
    }
}
