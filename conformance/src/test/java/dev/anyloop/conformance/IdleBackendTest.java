package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No test of the kit passes on a backend that does nothing. */
class IdleBackendTest {

    @Test
    void noTestPassesOnABackendThatDoesNothing() {
        Map<String, List<Throwable>> results = BrokenKit.run(new IdleProvider(), KitRun.ALL, failure -> false);
        assertFalse(results.isEmpty());
        List<String> vacuous = results.entrySet().stream()
                .filter(test -> test.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        assertEquals(List.of(), vacuous);
    }
}
