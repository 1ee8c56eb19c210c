package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProbeTest {

    @Test
    void whatPassesIsAskedForAgain() {
        assertFalse(Probe.isToBeRemembered(new IOException("Too many open files")));
        assertFalse(Probe.isToBeRemembered(new IllegalStateException(new IOException("Too many open files"))));
        assertFalse(Probe.isToBeRemembered(new Probe.NothingCarried()));
    }

    @Test
    void whatIsMissingStays() {
        assertTrue(Probe.isToBeRemembered(new NoClassDefFoundError("io/netty/channel/epoll/Epoll")));
        assertTrue(Probe.isToBeRemembered(new IllegalStateException("no such method")));
    }
}
