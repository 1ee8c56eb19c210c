package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ErrorKind;
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
    @CsvSource({
        "  1, PERMISSION_DENIED,     Operation not permitted",
        " 13, PERMISSION_DENIED,     Permission denied",
        " 23, TOO_MANY_OPEN_FILES,   Too many open files in system",
        " 24, TOO_MANY_OPEN_FILES,   Too many open files",
        " 32, CONNECTION_RESET,      Broken pipe",
        " 98, ADDRESS_IN_USE,        Address already in use",
        " 99, ADDRESS_NOT_AVAILABLE, Cannot assign requested address",
        "100, UNREACHABLE,           Network is down",
        "101, UNREACHABLE,           Network is unreachable",
        "103, CONNECTION_RESET,      Software caused connection abort",
        "104, CONNECTION_RESET,      Connection reset by peer",
        "110, CONNECTION_RESET,      Connection timed out",
        "111, CONNECT_REFUSED,       Connection refused",
        "112, UNREACHABLE,           Host is down",
        "113, UNREACHABLE,           No route to host",
        " 12, OTHER,                 Cannot allocate memory",
    })
    void everyNumberHasItsKindAndTheSystemsWords(int errno, ErrorKind kind, String words) {
        assertEquals(kind, Errno.kind(errno));
        assumeTrue(Libc.strerror(22).equals("Invalid argument"), "the system speaks another language");
        assertEquals("recv: " + words, Errno.failed("recv", errno).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"110, CONNECT_TIMEOUT", "111, CONNECT_REFUSED", "113, UNREACHABLE"})
    void aTimeoutHasAKindOfItsOwnWhileConnecting(int errno, ErrorKind kind) {
        EngineException failure = Errno.notConnected(errno);
        assertEquals(kind, failure.kind());
        assertTrue(failure.getMessage().startsWith("connect: "), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"103, true", "71, true", "4, true", "24, false", "23, false", "12, false", "105, false"})
    void onlyTheFailureOfOneConnectionLetsAcceptingGoOn(int errno, boolean goesOn) {
        assertEquals(goesOn, Errno.isOfOneConnection(errno));
        assertFalse(goesOn && Errno.kind(errno) == ErrorKind.TOO_MANY_OPEN_FILES);
    }

    @ParameterizedTest
    @CsvSource({"4, true", "11, true", "104, false", "32, false", "0, false"})
    void aCallThatWasInterruptedOrFoundNothingHasNotFailed(int errno, boolean temporary) {
        assertEquals(temporary, Errno.isTemporary(errno));
    }
}
