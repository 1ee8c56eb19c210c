package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

    /** Else it would fill the memory for ever, and nothing could be written any more. */
    @Test
    void whatWasTakenBeforeTheMemoryRanOutIsSent() throws Exception {
        List<String> options = List.of("-Danyloop.backend=nio", "-XX:MaxDirectMemorySize=4m");
        try (Program program = Program.start(options, Program.classPath(), WritesTooMuch.class)) {
            assertEquals(List.of("out of memory, some taken: true", "sent"), program.end(0));
        }
    }

    /** What a loop keeps for later writes is not memory that it has run out of. */
    @Test
    void buffersOfOneSizeAreNotInTheWayOfAnother() throws Exception {
        List<String> options = List.of("-Danyloop.backend=nio", "-XX:MaxDirectMemorySize=4m");
        try (Program program = Program.start(options, Program.classPath(), WritesMuchThenLittle.class)) {
            assertEquals(List.of("all written"), program.end(0));
        }
    }
}
