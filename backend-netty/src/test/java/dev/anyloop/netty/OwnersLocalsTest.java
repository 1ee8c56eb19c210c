package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.InternalThreadLocalMap;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Netty keeps for a thread goes with its last loop, and nothing of the application's does. */
@Timeout(60)
class OwnersLocalsTest {

    private static final FastThreadLocal<String> OF_THE_APPLICATION = new FastThreadLocal<>();

    private static EventLoop open(String transport) {
        return new NamedTransport(transport).open(LoopOptions.defaults());
    }

    private static void echo(EventLoop loop) {
        loop.run(running -> {
            Server server = running.listen("127.0.0.1", 0, (listening, accepted) -> accepted.onRead(Socket::write));
            running.connect(server.localAddress(), ConnectOptions.defaults()).onConnect(s -> s.write("x")).onRead((s, data) -> {
                s.close();
                server.close();
            });
        });
    }

    /** What Netty keeps for the calling thread. */
    private static InternalThreadLocalMap locals() {
        return InternalThreadLocalMap.getIfSet();
    }

    /** On a thread that knows nothing of Netty yet. */
    private static <T> T onANewThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task).start();
        return task.get();
    }

    @EachTransport
    void theLastLoopOfAThreadLeavesNothing(String transport) throws Exception {
        assertNull(onANewThread(() -> {
            EventLoop first = open(transport);
            EventLoop second = open(transport);
            echo(first);
            echo(second);
            first.close();
            assertNotNull(locals());
            second.close();
            return locals();
        }));
    }

    @EachTransport
    void whatCallbacksGotOfNettysCachesGoesToo(String transport) throws Exception {
        assertNull(onANewThread(() -> {
            try (EventLoop loop = open(transport)) {
                loop.run(running -> running.timer(Duration.ZERO, timer -> PooledByteBufAllocator.DEFAULT.buffer().release()));
            }
            return locals();
        }));
    }

    @EachTransport
    void whatTheApplicationPutThereInACallbackStays(String transport) throws Exception {
        assertEquals("kept", onANewThread(() -> {
            try (EventLoop loop = open(transport)) {
                loop.run(running -> OF_THE_APPLICATION.set("kept"));
            }
            return OF_THE_APPLICATION.get();
        }));
    }

    @EachTransport
    void whatWasThereBeforeTheFirstLoopStays(String transport) throws Exception {
        onANewThread(() -> {
            PooledByteBufAllocator.DEFAULT.buffer().release();
            InternalThreadLocalMap before = locals();
            int size = FastThreadLocal.size();
            try (EventLoop loop = open(transport)) {
                echo(loop);
            }
            assertSame(before, locals());
            assertTrue(FastThreadLocal.size() >= size);
            return null;
        });
    }

    /** As those do who give a thread back to a pool. */
    @EachTransport
    void whoTakesAllAwayWhileALoopIsOpenHarmsNoLoopAndNothingIsLeft(String transport) throws Exception {
        assertNull(onANewThread(() -> {
            EventLoop first = open(transport);
            first.run(running -> FastThreadLocal.removeAll());
            EventLoop second = open(transport);
            echo(first);
            first.close();
            assertNotNull(locals());
            echo(second);
            FastThreadLocal.removeAll();
            second.close();
            return locals();
        }));
    }

    @Test
    void aLoopThatCannotBeOpenedLeavesNothing() throws Exception {
        assertNull(onANewThread(() -> {
            Engine broken = (Engine) Proxy.newProxyInstance(
                    Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, arguments) -> {
                        throw new ChannelException("no descriptors");
                    });
            assertThrows(ChannelException.class, () -> new NettyTransport(broken));
            return locals();
        }));
    }
}
