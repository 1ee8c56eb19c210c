package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class IoUringHandlerTest {

    private static final Path THREADS = Path.of("/proc/self/task");

    // The kernel's numbers.
    private static final byte ACCEPT = 13;
    private static final byte SEND = 26;
    private static final byte RECV = 27;
    private static final int INTERRUPTED = -4;
    private static final int TRY_AGAIN = -11;

    /** The kernel hands a request that it holds up to a thread of its own, which may come to it after the ring is gone. */
    @Test
    void noRequestIsHeldUpWhileARingCloses() throws IOException {
        assumeTrue(new IoUringEngine().unavailability() == null, "no io_uring here");
        Path self = Path.of("/proc/thread-self").toRealPath().getFileName();
        for (int i = 0; i < 20; i++) {
            NettyTransport transport = new NettyTransport(new IoUringEngine());
            transport.poll(TimeUnit.MILLISECONDS.toNanos(1)); // waits, and so reads what would wake it
            transport.close();
        }
        assertEquals(List.of(), threadsNamed("iou-wrk-" + self));
    }

    private static List<Path> threadsNamed(String name) throws IOException {
        try (Stream<Path> threads = Files.list(THREADS)) {
            return threads.filter(thread -> nameOf(thread).equals(name)).toList();
        }
    }

    private static String nameOf(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended meanwhile";
        }
    }

    /** As Netty's own, as far as a handle is registered with it. */
    private static final class Registering implements IoHandler {

        private IoUringIoHandle registered;
        private boolean failing;

        @Override
        public IoRegistration register(IoHandle handle) {
            registered = (IoUringIoHandle) handle;
            return null;
        }

        @Override
        public int run(IoHandlerContext context) {
            if (failing) {
                failing = false;
                throw new UncheckedIOException(new IOException("io_uring_enter: Cannot allocate memory"));
            }
            return 0;
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return true;
        }
    }

    private static IoUringIoHandle noting(List<Integer> results) {
        return new IoUringIoHandle() {
            @Override
            public void handle(IoRegistration registration, IoEvent event) {
                results.add(((IoUringIoEvent) event).res());
            }

            @Override
            public void close() {}
        };
    }

    /** The kernel may have no memory for what it is asked, and some later. */
    @Test
    void whatCompletesAfterASubmissionThatFailedIsTold() throws Exception {
        List<Integer> results = new ArrayList<>();
        Registering netty = new Registering();
        IoUringHandler handler = new IoUringHandler(null, netty);
        ManualIoEventLoop loop = new ManualIoEventLoop(Thread.currentThread(), executor -> handler);
        handler.register(noting(results));
        netty.failing = true;
        assertThrows(UncheckedIOException.class, () -> handler.submit(loop));
        netty.registered.handle(null, new IoUringIoEvent(1, 0, RECV, 0));
        assertEquals(List.of(1), results);
    }

    /** LOOP-012: as when the process was stopped and continued. */
    @Test
    void whatASignalHasInterruptedIsTriedAgain() throws Exception {
        List<Integer> results = new ArrayList<>();
        Registering netty = new Registering();
        new IoUringHandler(null, netty).register(noting(results));
        for (byte opcode : new byte[] {SEND, RECV, ACCEPT}) {
            netty.registered.handle(null, new IoUringIoEvent(INTERRUPTED, 0, opcode, 0));
        }
        assertEquals(List.of(TRY_AGAIN, TRY_AGAIN, TRY_AGAIN), results);
    }
}
