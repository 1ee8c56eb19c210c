package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.ChildJvm;
import java.util.List;

/** What is logged in a process that has logged nothing before, and has no descriptors to read how. */
class FirstWarningTest {

    @Rule({"ERR-004", "LISTEN-009"})
    void thatThereAreNoDescriptorsIsLoggedThoughNothingWasBefore() throws Exception {
        ChildJvm child = ChildJvm.runLimited("ulimit -n 100", FirstWarning.class, FirstWarning.class, Limits.defaults());
        assertEquals("", child.out());
        List<String> warnings = child.err().lines().filter(line -> line.startsWith("WARNING")).toList();
        assertEquals(List.of("WARNING: cannot accept, goes on: accept 10.0.0.2:80: too many open files", "WARNING: others are heard"),
                warnings, child.err());
    }
}
