package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class IoUringHandlerTest {

    private static final Path THREADS = Path.of("/proc/self/task");

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
}
