package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.ChildJvm;

/** Core's calls when there is no stack left for them. */
class StackOverflowTest {

    @Rule({"ORDER-010", "LOOP-011"})
    void aCallThatOverflowsTheStackLeavesNothingHalfMade() throws Exception {
        ChildJvm child = ChildJvm.run(StackScan.class, StackScan.class, Limits.defaults(), "-Xint");
        assertEquals("", child.err());
        assertTrue(child.out().lines().allMatch(line -> line.endsWith(" overflowed")), child.out());
        assertTrue(child.out().lines().count() > 10, child.out());
    }
}
