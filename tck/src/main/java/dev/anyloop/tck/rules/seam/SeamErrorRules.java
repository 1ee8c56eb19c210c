package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import java.util.List;
import java.util.Map;

/** Chapter SEAM of the specification: what engines tell that have the system's numbers, most of which no test can bring about. */
public abstract class SeamErrorRules extends SeamChapter {

    private static final int EAGAIN = 11;

    /** Linux's, of who is not connected yet. */
    private static final Map<ErrorKind, List<Integer>> NUMBERS = Map.of(
            ErrorKind.CONNECT_REFUSED, List.of(111),
            ErrorKind.CONNECT_TIMEOUT, List.of(110),
            ErrorKind.UNREACHABLE, List.of(113, 101, 100),
            ErrorKind.CONNECTION_RESET, List.of(104, 32, 103),
            ErrorKind.ADDRESS_IN_USE, List.of(98),
            ErrorKind.ADDRESS_NOT_AVAILABLE, List.of(99),
            ErrorKind.PERMISSION_DENIED, List.of(13, 1),
            ErrorKind.TOO_MANY_OPEN_FILES, List.of(24, 23),
            ErrorKind.OTHER, List.of(22, 105, 12));

    /** Of these all mean the same when there is a connection. */
    private static final List<Integer> OF_A_CONNECTION = List.of(104, 32, 103, 110, 113, 101, 100);

    private static final List<Integer> OF_ONE_THAT_IS_ACCEPTED = List.of(103, 71, 100, 101, 112, 113, 64, 92, 95);
    private static final List<Integer> OF_THE_SERVER = List.of(1, 12, 22, 23, 24, 105);

    @Rule("SEAM-007")
    void theNumbersOfTheSystemMeanTheSameOnEveryEngine() {
        NUMBERS.forEach((kind, numbers) -> numbers.forEach(number -> {
            for (Operation operation : List.of(Operation.CONNECT, Operation.LISTEN, Operation.ACCEPT)) {
                assertEquals(kind, told(number).kind(operation), () -> operation + ": " + number);
            }
        }));
        for (int number : OF_A_CONNECTION) {
            for (Operation operation : List.of(Operation.READ, Operation.WRITE, Operation.CLOSE, Operation.SECURE)) {
                assertEquals(ErrorKind.CONNECTION_RESET, told(number).kind(operation), () -> operation + ": " + number);
            }
        }
    }

    @Rule("SEAM-007")
    void theNumbersOfTheSystemSayWhatMayBeTriedAgain() {
        OF_ONE_THAT_IS_ACCEPTED.forEach(number -> assertEquals(true, told(number).isOfOneConnection(), () -> "one connection: " + number));
        OF_THE_SERVER.forEach(number -> assertEquals(false, told(number).isOfOneConnection(), () -> "one connection: " + number));
        OF_THE_SERVER.forEach(number -> assertEquals(false, told(number).isBusy(), () -> "busy: " + number));
        assertEquals(true, told(EAGAIN).isBusy());
    }

    private static EngineException told(int number) {
        return new EngineException(number, "as the system says it");
    }
}
