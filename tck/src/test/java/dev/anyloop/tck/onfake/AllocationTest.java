package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.ChildJvm;
import java.util.List;

/** Core when there is no memory for one of its allocations, each in turn, or for all from one on. */
class AllocationTest {

    @Rule({"ORDER-010", "RES-008"})
    void whatThereIsNoMemoryForLeavesNothingHalfMade() throws Exception {
        ChildJvm child = ChildJvm.run(AllocationScan.class, AllocationScan.class, Limits.defaults());
        List<String> lines = child.out().lines().toList();
        assertEquals(List.of(), lines.stream().filter(line -> !line.matches(".* failed at \\d+")).toList());
        assertTrue(lines.stream().filter(line -> !line.endsWith(" at 0")).count() > 45, child.out() + child.err());
    }
}
