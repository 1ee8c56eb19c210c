package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WakeupTest {

    private final ByteBuffer count = ByteBuffer.allocateDirect(8);
    private Wakeup wakeup;

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @BeforeEach
    void open() throws IOException {
        wakeup = new Wakeup();
    }

    @AfterEach
    void close() {
        wakeup.close();
    }

    /** Whether somebody wrote to it; if so, it is as new afterwards. */
    private boolean wasWritten(int fd) {
        return Libc.eventfd_read(fd, Libc.addressOf(count)) == 0;
    }

    @Test
    void aCallBeforeTheWaitMakesItNoWaitAndLeavesTheKernelAlone() {
        wakeup.wakeup();
        assertEquals(0, wakeup.beforeWait(-1));
        assertFalse(wasWritten(wakeup.fd()));
    }

    @Test
    void everyCallDuringAWaitReachesTheKernel() {
        assertEquals(-1, wakeup.beforeWait(-1));
        wakeup.wakeup();
        wakeup.wakeup();
        assertTrue(wasWritten(wakeup.fd()));
        assertEquals(2, count.order(ByteOrder.nativeOrder()).getLong(0));
        wakeup.afterWait();
        assertEquals(7, wakeup.beforeWait(7), "they have been obeyed");
    }

    @Test
    void aCallIsGoodForOneWait() {
        wakeup.wakeup();
        wakeup.beforeWait(-1);
        wakeup.afterWait();
        assertEquals(7, wakeup.beforeWait(7));
    }

    @Test
    void aCallThatComesTooLateDoesNotReachTheNextOwnerOfTheNumber() throws IOException {
        int fd = wakeup.fd();
        wakeup.beforeWait(-1);
        wakeup.close();
        List<Wakeup> others = new ArrayList<>();
        Wakeup next;
        do { // the JVM may have closed others below it
            next = new Wakeup();
            others.add(next);
        } while (next.fd() < fd);
        assertEquals(fd, next.fd(), "the lowest free number");
        wakeup.wakeup();
        assertFalse(wasWritten(fd));
        others.forEach(Wakeup::close);
    }
}
