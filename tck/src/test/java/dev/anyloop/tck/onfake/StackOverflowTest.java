package dev.anyloop.tck.onfake;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.ChildJvm;

/** Core's calls when there is no stack left for them. */
class StackOverflowTest {

    /** Of a lock of its own that is held for ever, which core has to get by with. */
    private static final String OF_THE_JVM = "warning: Potentially dangerous stack overflow in ReservedStackAccess";

    @Rule({"ORDER-010", "LOOP-011"})
    void aCallThatOverflowsTheStackLeavesNothingHalfMade() throws Exception {
        ChildJvm child = ChildJvm.run(StackScan.class, StackScan.class, Limits.defaults(), "-Xint");
        assertEquals("", child.err().lines().filter(line -> !line.contains(OF_THE_JVM)).collect(joining("\n")));
        assertTrue(child.out().lines().allMatch(line -> line.endsWith(" overflowed")), child.out());
        assertTrue(child.out().lines().count() > 10, child.out());
    }

    /** What is to be closed is asked room for, so that it is not closed in part. */
    @Rule("ORDER-010")
    void theRoomThatIsAskedForIsThereHoweverWellTheQuestionIsCompiled() throws Exception {
        ChildJvm child = ChildJvm.run(CompiledStack.class, CompiledStack.class, Limits.defaults(), "-XX:TieredStopAtLevel=4", "-Xbatch");
        assertEquals("kept ", child.out().strip() + " " + child.err());
    }
}
