package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {

    @Test
    void itShowsEveryBackendAndThatTheirTranscriptsAreEqual() throws Exception {
        List<String> backends = BackendsTest.available();
        try (Program demo = Program.start(List.of(), Program.classPath(), Demo.class)) {
            List<String> lines = demo.end(0);
            for (String backend : backends) {
                assertContains(lines, "--- " + backend);
                assertContains(lines, backend + " +(12 lines|equal to \\w+) +\\S.*");
            }
            assertContains(lines, "client  sends \"Grüße, 世界\" byte by byte, receives \"Grüße, 世界\"");
            assertEquals(
                    backends.size() == 1
                            ? "Only one backend took part: there is nothing to compare."
                            : "The transcripts of all " + backends.size()
                                    + " backends are equal but for names and ports.",
                    lines.get(lines.size() - 1));
        }
    }

    @Test
    void aBackendThatDiffersFailsItAndTheDifferenceIsShown() throws Exception {
        try (Program demo = start("liar")) {
            List<String> lines = demo.end(1);
            assertContains(lines, "liar +differs from \\w+ +lies");
            assertContains(lines, "line 2 of liar: loop    has ended: 0 bytes in, .*");
        }
    }

    @Test
    void aBackendThatIsNotAvailableIsShownWithItsReason() throws Exception {
        try (Program demo = start("absent")) {
            List<String> lines = demo.end(0);
            assertContains(lines, "absent +not available +its engine was not found");
            assertContains(lines, " +install: it");
        }
    }

    @Test
    void aRequiredBackendThatIsNotAvailableFailsIt() throws Exception {
        try (Program demo = start("absent", "-Danyloop.require=nio,absent")) {
            assertContains(demo.end(1), "absent is required by -Danyloop.require and did not take part");
        }
    }

    @Test
    void aRequiredBackendThatIsNotOnTheClassPathFailsIt() throws Exception {
        try (Program demo = Program.start(List.of("-Danyloop.require=unheard"), Program.classPath(), Demo.class)) {
            assertContains(demo.end(1), "unheard is required by -Danyloop.require and did not take part");
        }
    }

    /** With one more provider, which a directory of the test resources registers. */
    private static Program start(String provider, String... options) throws Exception {
        Path services = Path.of(DemoTest.class.getResource("/" + provider).toURI());
        return Program.start(List.of(options), Program.classPath(services), Demo.class);
    }

    private static void assertContains(List<String> lines, String pattern) {
        assertTrue(lines.stream().anyMatch(line -> line.matches(pattern)),
                () -> "no line matches " + pattern + ":\n" + String.join("\n", lines));
    }
}
