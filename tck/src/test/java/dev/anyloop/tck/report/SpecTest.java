package dev.anyloop.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SpecTest {

    private final Spec spec = Spec.parse("""
            # The specification
            ## TIMER — timers
            ### TIMER-001 MUST — a timer never fires early
            Text that mentions TIMER-002.
            ### TIMER-013 STOCHASTIC(3) — many timers cost little
            ### TIMER-099
            ### Not a rule
            ## Retired ids
            CONN-010, CONN-014
            """);

    @Test
    void aHeadingIsARule() {
        assertEquals(new Spec.Entry("TIMER-001", "MUST", "a timer never fires early"), spec.rules().get("TIMER-001"));
        assertEquals("STOCHASTIC(3)", spec.rules().get("TIMER-013").level());
        assertEquals(Set.of("TIMER-001", "TIMER-013", "TIMER-099"), spec.rules().keySet());
    }

    @Test
    void aRuleWithoutALevelIsSeen() {
        assertEquals(new Spec.Entry("TIMER-099", "", ""), spec.rules().get("TIMER-099"));
    }

    @Test
    void retiredIdsAreCollected() {
        assertEquals(Set.of("CONN-010", "CONN-014"), spec.retired());
    }

    @Test
    void aRuleIsQuotedAsItStands() {
        assertEquals("TIMER-001 MUST — a timer never fires early", spec.sentence("TIMER-001"));
        assertEquals("TIMER-002 (not a rule of docs/spec.md)", spec.sentence("TIMER-002"));
    }
}
