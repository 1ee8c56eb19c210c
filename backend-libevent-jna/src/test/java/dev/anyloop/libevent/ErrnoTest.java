package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrnoTest {

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @ParameterizedTest
    @CsvSource({"24, TOO_MANY_OPEN_FILES, Too many open files", "12, OTHER, Cannot allocate memory"})
    void aFailureHasItsKindAndTheSystemsWords(int errno, ErrorKind kind, String words) {
        EngineException failure = Errno.failed("accept4", errno);
        assertEquals(kind, failure.kind(Operation.ACCEPT));
        assumeTrue(Libc.strerror(22).equals("Invalid argument"), "the system speaks another language");
        assertEquals("accept4: " + words, failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"4, true", "11, true", "104, false", "32, false", "0, false"})
    void aCallThatWasInterruptedOrFoundNothingHasNotFailed(int errno, boolean temporary) {
        assertEquals(temporary, Errno.isTemporary(errno));
    }
}
