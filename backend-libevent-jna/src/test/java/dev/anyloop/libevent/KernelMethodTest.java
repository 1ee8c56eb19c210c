package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class KernelMethodTest {

    @Test
    void itIsFoundByTheNameOfTheTransport() {
        assertEquals(KernelMethod.EPOLL_CHANGELIST, KernelMethod.of("epoll-changelist"));
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        String message = assertThrows(IllegalArgumentException.class, () -> KernelMethod.of("select")).getMessage();
        assertEquals("Backend libevent has no transport \"select\""
                + " (it has epoll, epoll-changelist, poll; without one it takes the best)", message);
    }
}
