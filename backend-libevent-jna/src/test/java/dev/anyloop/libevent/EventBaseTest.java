package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class EventBaseTest {

    /** An eventfd that is always ready. */
    private static final class Ready implements LibeventHandle {
        private final List<Ready> log;
        private final Descriptor descriptor;
        private Runnable then = () -> {};
        private int refusals;

        Ready(EventBase base, List<Ready> log) {
            this.log = log;
            descriptor = base.add(Libc.eventfd(1, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC), this);
            descriptor.watchInput(true);
        }

        @Override
        public void ready(int what) {
            log.add(this);
            then.run();
        }

        @Override
        public void unwatchable(IOException cause) {
            refusals++;
        }

        @Override
        public void released() {
            throw new AssertionError();
        }
    }

    private final List<Ready> log = new ArrayList<>();

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    private static boolean turn(EventBase base) throws IOException {
        base.applyChanges();
        base.await(0);
        return base.deliver();
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, epoll", "EPOLL_CHANGELIST, epoll (with changelist)", "POLL, poll"})
    void itWaitsAsItWasTold(KernelMethod method, String name) throws IOException {
        EventBase base = new EventBase(method);
        assertEquals(name, base.method());
        base.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POLL")
    void aFullBatchTellsThatThereMayBeMoreAndTheNextIsTwiceAsLong(KernelMethod method) throws IOException {
        EventBase base = new EventBase(method);
        for (int i = 0; i < 50; i++) {
            new Ready(base, log);
        }
        assertFalse(turn(base));
        assertEquals(32, log.size());
        assertTrue(turn(base));
        assertEquals(82, log.size());
        base.close();
    }

    /** Its order is by chance, and who is left out once might be again. */
    @Test
    void pollLeavesNobodyOut() throws IOException {
        EventBase base = new EventBase(KernelMethod.POLL);
        for (int i = 0; i < 50; i++) {
            new Ready(base, log);
        }
        assertFalse(turn(base), "it looks like a full batch");
        assertEquals(50, Set.copyOf(log).size());
        assertTrue(turn(base));
        base.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNotedForAClosedDescriptorDoesNotReachTheNextOfItsNumber(KernelMethod method) throws IOException {
        EventBase base = new EventBase(method);
        Ready[] both = {new Ready(base, log), new Ready(base, log)};
        List<Ready> next = new ArrayList<>();
        for (int i = 0; i < both.length; i++) {
            Descriptor other = both[1 - i].descriptor;
            both[i].then = () -> {
                int number = other.fd();
                other.close();
                next.add(new Ready(base, log));
                assertEquals(number, next.get(0).descriptor.fd(), "the lowest free number");
            };
        }
        turn(base);
        assertEquals(1, log.size());
        log.get(0).descriptor.close();
        log.clear();
        turn(base);
        assertEquals(next, log);
        base.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotWatchedIsNotReported(KernelMethod method) throws IOException {
        EventBase base = new EventBase(method);
        Ready ready = new Ready(base, log);
        turn(base);
        ready.descriptor.watchInput(false);
        turn(base);
        assertEquals(1, log.size());
        ready.descriptor.watchInput(true);
        turn(base);
        assertEquals(2, log.size());
        base.close();
    }

    /** As it does when all watches are taken that a user may have; here, because the descriptor is closed behind its back. */
    @Test
    void whatTheKernelRefusesToWatchItIsAskedForAgain() throws IOException {
        EventBase base = new EventBase(KernelMethod.EPOLL);
        Ready ready = new Ready(base, log);
        Libc.close(ready.descriptor.fd());
        assertFalse(base.applyChanges());
        assertEquals(1, ready.refusals);
        assertTrue(base.applyChanges(), "not at once");
        assertEquals(ready.descriptor.fd(), Libc.eventfd(1, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC), "the lowest free number");
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (log.isEmpty()) {
            assertTrue(System.nanoTime() < limit, "never");
            base.applyChanges();
            base.await(TimeUnit.SECONDS.toNanos(10));
            base.deliver();
        }
        assertEquals(1, ready.refusals);
        ready.descriptor.close();
        base.close();
    }

    @ParameterizedTest
    @EnumSource
    void aWaitEndsAfterItsTime(KernelMethod method) throws IOException {
        EventBase base = new EventBase(method);
        base.await(1);
        base.await(2_000_000);
        assertTrue(base.deliver());
        base.close();
    }

    @Test
    void afterCloseItIsAJavaException() throws IOException {
        EventBase base = new EventBase(null);
        Ready ready = new Ready(base, log);
        base.close();
        base.close();
        assertEquals(-1, ready.descriptor.fd());
        ready.descriptor.watchInput(false);
        ready.descriptor.close();
        base.applyChanges();
        base.wakeup();
        assertThrows(IllegalStateException.class, () -> base.await(0));
        assertThrows(IllegalStateException.class, base::method);
        assertThrows(IllegalStateException.class, () -> base.add(0, ready));
    }

    @Test
    void severalMayLiveOnOneThread() throws IOException {
        EventBase first = new EventBase(null);
        EventBase second = new EventBase(null);
        Ready ready = new Ready(first, log);
        turn(second);
        assertEquals(List.of(), log);
        turn(first);
        second.close();
        turn(first);
        assertEquals(List.of(ready, ready), log);
        first.close();
    }
}
