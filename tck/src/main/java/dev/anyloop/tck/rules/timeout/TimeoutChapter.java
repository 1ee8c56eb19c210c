package dev.anyloop.tck.rules.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the chapters about timeouts have in common: a short timeout, and sockets that are asked afterwards. */
abstract class TimeoutChapter extends Chapter {

    final List<RecordedSocket> sockets = new ArrayList<>();
    private long armedNanos;

    final Duration timeout() {
        return limits().mustNotHappen();
    }

    final RecordedSocket keep(RecordedSocket socket) {
        sockets.add(socket);
        return socket;
    }

    /** The timeout must not be over before its time has passed since this call. */
    final void armed() {
        armedNanos = nanoTime();
    }

    final void assertNotEarly() {
        long nanos = nanoTime() - armedNanos;
        assertTrue(nanos >= timeout().toNanos(), "after " + nanos + " ns of " + timeout().toNanos());
    }

    final void assertFailed(int index, String trace, ErrorKind kind) {
        assertEquals(trace, sockets.get(index).trace());
        assertEquals(kind, error(index).kind());
    }

    final NetworkException error(int index) {
        return sockets.get(index).expectedError();
    }

    /** The control: when it has failed, the others have had the time to fail as well. */
    final void assertOnlyTheFirstFails(EventLoop loop) {
        when(loop, () -> sockets.get(0).saw("close"), first -> afterQuiet(loop, quiet -> {
            for (RecordedSocket other : sockets.subList(1, sockets.size())) {
                assertTrue(other.socket().isOpen(), "socket " + sockets.indexOf(other) + ": " + other.error());
                other.socket().abort();
            }
        }));
    }
}
