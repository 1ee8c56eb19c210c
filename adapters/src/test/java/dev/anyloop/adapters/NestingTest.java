package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NestingTest {

    private static final int DEEPER_THAN_DEEPEST = 150;
    private static final Runnable AS_IF = () -> {
        throw new StackOverflowError("as if");
    };

    private final Nesting nesting = new Nesting();
    private final List<String> ran = new ArrayList<>();

    /** One inside the other, the last one too deep to run at once. */
    private void nest(int depth, Runnable last) {
        nesting.run(() -> {
            if (depth > 0) {
                nest(depth - 1, last);
            } else {
                last.run();
            }
        });
    }

    @Test
    void whatTheOutermostThrowsKeepsNoOtherFromRunning() {
        IllegalStateException mine = new IllegalStateException("mine");
        Throwable thrown = assertThrows(IllegalStateException.class, () -> nesting.run(() -> {
            nest(DEEPER_THAN_DEEPEST, () -> ran.add("deep"));
            throw mine;
        }));
        assertSame(mine, thrown);
        assertEquals(List.of("deep"), ran);
    }

    @Test
    void whatOneOfTheLaterThrowsKeepsNoOtherFromRunning() {
        AssertionError first = new AssertionError("first");
        IllegalStateException second = new IllegalStateException("second");
        Throwable thrown = assertThrows(AssertionError.class, () -> nesting.run(() -> {
            nest(DEEPER_THAN_DEEPEST, () -> {
                throw second;
            });
            nest(DEEPER_THAN_DEEPEST, () -> ran.add("deep"));
            throw first;
        }));
        assertSame(first, thrown);
        assertEquals(List.of(second), List.of(thrown.getSuppressed()));
        assertEquals(List.of("deep"), ran);
        nesting.run(() -> ran.add("after"));
        assertEquals(List.of("deep", "after"), ran);
    }

    /** At each depth, so that it ends in any of the calls of this. */
    @Test
    void theEndOfTheStackDoesNotCountAsDepth() {
        assertThrows(StackOverflowError.class, () -> nesting.run(AS_IF)); // loads what it takes
        assertThrows(StackOverflowError.class, this::useUpTheStack);
        nest(DEEPER_THAN_DEEPEST, () -> ran.add("deep"));
        assertEquals(List.of("deep"), ran);
    }

    private void useUpTheStack() {
        try {
            useUpTheStack();
        } catch (StackOverflowError e) {
            // as often as there is too little for what follows
        }
        nesting.run(AS_IF);
    }
}
