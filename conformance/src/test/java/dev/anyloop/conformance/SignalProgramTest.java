package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.nio.NioEventLoopProvider;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.rules.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What depends on how a process was started, and how it ends. */
class SignalProgramTest {

    private static final int KILLED_BY_TERM = 128 + 15;

    private static ChildJvm run(String before, String... options) throws Exception {
        return ChildJvm.run(List.of("/bin/sh", "-c", before + "exec \"$@\"", "sh"), SignalProgram.class,
                NioEventLoopProvider.class, Limits.defaults(), options);
    }

    /** SIGNAL-006: the JVM's own way to end comes back. SIGNAL-007: what was ignored when the process began stays so. */
    @Test
    void termEndsAProcessAgainWhenNobodyListens() throws Exception {
        ChildJvm child = run("trap '' HUP; ");
        String[] lines = child.out().split("\n");
        assertTrue(lines[0].startsWith("IllegalStateException: this process was started so that it ignores HUP"), child.out());
        assertEquals(List.of("told TERM", "waits for the end", "shutdown hook"), List.of(lines).subList(1, lines.length));
        assertEquals(KILLED_BY_TERM, child.exit());
        assertEquals("", child.err());
    }

    /** SIGNAL-007. */
    @Test
    void aJvmThatKeepsItsSignalsSaysSo() throws Exception {
        ChildJvm child = run("", "-Xrs");
        for (String name : List.of("HUP", "TERM")) {
            assertTrue(child.out().contains("IllegalArgumentException: the JVM keeps " + name
                    + " for itself (if it was started with -Xrs, start it without)"), child.out());
        }
    }
}
