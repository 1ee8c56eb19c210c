package dev.anyloop.tck.run;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OtherThreadTest {

    private static void isNotEnough(Executable call) {
        assertThrows(AssertionError.class, () -> OtherThread.isRefused(call));
    }

    @Test
    void aRefusalNamesTheThread() {
        OtherThread.isRefused(() -> {
            throw new IllegalStateException("called on " + Thread.currentThread().getName());
        });
    }

    @Test
    void aCallThatReturnsOrThrowsSomethingElseIsNotRefused() {
        isNotEnough(() -> { });
        isNotEnough(() -> {
            throw new IllegalStateException("called on some thread");
        });
        isNotEnough(() -> {
            throw new IllegalStateException();
        });
        isNotEnough(() -> {
            throw new UnsupportedOperationException(Thread.currentThread().getName());
        });
    }
}
