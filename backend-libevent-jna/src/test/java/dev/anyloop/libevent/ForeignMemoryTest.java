package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** A direct buffer may be a view of memory that its owner frees: Java notices, the kernel would not. */
class ForeignMemoryTest {

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void memoryThatWasFreedIsNotSent() throws ReflectiveOperationException {
        ByteBuffer freed = freed(100_000);
        List<Long> pending = new ArrayList<>();
        try (EventLoop loop = new LibeventEventLoopProvider().open(LoopOptions.defaults())) {
            loop.run(l -> {
                Server server = l.listen("127.0.0.1", 0, (listening, accepted) -> {});
                l.connect("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort()).onConnect(s -> {
                    assertThrows(IllegalStateException.class, () -> s.write(freed));
                    pending.add(s.pendingBytes());
                    l.close();
                });
            });
        }
        assertEquals(List.of(0L), pending);
    }

    /** By reflection, because Java 17 does not know these classes. */
    private static ByteBuffer freed(long size) throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.foreign.Arena");
        AutoCloseable arena = (AutoCloseable) type.getMethod("ofConfined").invoke(null);
        Object segment = type.getMethod("allocate", long.class, long.class).invoke(arena, size, 1L);
        ByteBuffer view = (ByteBuffer)
                Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer").invoke(segment);
        type.getMethod("close").invoke(arena);
        return view;
    }
}
