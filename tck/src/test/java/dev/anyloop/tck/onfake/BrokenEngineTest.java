package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakeTransport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** An engine whose poll throws, after it has told what it had to tell. */
class BrokenEngineTest {

    private final IOException broken = new IOException("the engine is broken");
    private final IllegalStateException faulty = new IllegalStateException("the engine has a fault");
    private final List<Throwable> handled = new ArrayList<>();
    private final FakeClock clock = new FakeClock();
    private final Breakable engine = new Breakable(new FakeTransport(clock));
    private final EventLoop loop = Loops.open("breakable", LoopOptions.defaults(), engine, clock);

    /** A transport like the one it is made of, until it breaks. */
    private final class Breakable implements Transport {
        private final FakeTransport good;
        private boolean breaks;
        private boolean hasFault;
        private boolean cannotRead;
        private boolean closed;

        Breakable(FakeTransport good) {
            this.good = good;
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            if (hasFault) {
                hasFault = false;
                throw faulty;
            }
            boolean drained = good.poll(timeoutNanos);
            if (breaks) {
                breaks = false;
                throw broken;
            }
            return drained;
        }

        @Override
        public void wakeup() {
            good.wakeup();
        }

        @Override
        public Connection connect(
                SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
                throws IOException {
            Connection connection = good.connect(remote, local, options, events);
            return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        if (cannotRead && method.getName().equals("resumeReading")) {
                            throw faulty;
                        }
                        return method.invoke(connection, arguments);
                    });
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            return good.listen(local, options, events);
        }

        @Override
        public void close() {
            closed = true; // the fake's own would complain of handles that a broken one had no time to release
        }
    }

    @Rule("LOOP-011")
    void isThrownByRunAndNotGivenToTheHandlerOfCallbacks() {
        loop.onUncaught((l, thrown) -> handled.add(thrown));
        assertSame(broken, assertThrows(CompletionException.class, () -> loop.run(init -> engine.breaks = true)).getCause());
        assertEquals(List.of(), handled);
        loop.run(); // it is whole again, and so is the loop
        loop.close();
    }

    @Rule("LOOP-011")
    void doesNotHideWhatACallbackThrewInTheSamePoll() {
        IllegalStateException thrown = new IllegalStateException("a callback's");
        loop.connect("10.0.0.1", 80).onConnect(s -> {
            engine.breaks = true;
            throw thrown;
        });
        engine.good.connection(0).complete();
        assertSame(thrown, assertThrows(IllegalStateException.class, loop::run));
        assertEquals(List.of(broken), List.of(thrown.getSuppressed()));
        loop.close();
    }

    @Rule("LOOP-011")
    void whatItThrowsAfterACallbackThatHadToWaitDoesNotCallThatAgain() {
        List<String> told = new ArrayList<>();
        loop.connect("10.0.0.1", 80).onConnect(s -> loop.stop());
        loop.connect("10.0.0.2", 80).onConnect(s -> told.add("connected"));
        engine.good.connection(0).complete();
        engine.good.connection(1).complete();
        loop.run();
        engine.cannotRead = true;
        assertSame(faulty, assertThrows(IllegalStateException.class, loop::run));
        loop.stop();
        loop.run();
        assertEquals(List.of("connected"), told);
        loop.close();
    }

    /** Not only what an engine may throw: what it has to, by its bugs or for want of memory. */
    @Rule({"LOOP-011", "LOOP-012"})
    void itsFaultIsThrownAsItIsAndTheLoopIsWhole() {
        loop.onUncaught((l, thrown) -> handled.add(thrown));
        Thread.currentThread().interrupt();
        assertSame(faulty, assertThrows(IllegalStateException.class, () -> loop.run(init -> engine.hasFault = true)));
        assertTrue(Thread.interrupted(), "the interrupt is swallowed");
        assertEquals(List.of(), handled);
        List<String> closed = new ArrayList<>();
        loop.run(init -> loop.listen("10.0.0.1", 80, (same, socket) -> { }).onClose(s -> closed.add("server")).close());
        assertEquals(List.of("server"), closed);
        loop.close();
    }

    @Rule({"LOOP-009", "LOOP-011"})
    void itsFaultKeepsNoHandleFromBeingClosed() {
        for (boolean inside : new boolean[] {true, false}) {
            EventLoop closing = Loops.open("breakable", LoopOptions.defaults(), engine, clock);
            List<Object> closed = new ArrayList<>();
            Server server = closing.listen("10.0.0.1", 80, (same, socket) -> { }).onClose(closed::add);
            assertSame(faulty, assertThrows(IllegalStateException.class, () -> {
                if (inside) {
                    closing.run(l -> {
                        engine.hasFault = true;
                        l.close();
                    });
                } else {
                    engine.hasFault = true;
                    closing.close();
                }
            }));
            assertEquals(List.of(server), closed);
            assertTrue(engine.closed);
        }
    }

    @Rule({"LOOP-009", "LOOP-011"})
    void isThrownByCloseWhichClosesTheTransportAllTheSame() {
        loop.onUncaught((l, thrown) -> handled.add(thrown));
        List<Object> closed = new ArrayList<>();
        Server server = loop.listen("10.0.0.1", 80, (same, socket) -> { }).onClose(closed::add);
        engine.breaks = true;
        assertSame(broken, assertThrows(CompletionException.class, loop::close).getCause());
        assertEquals(List.of(), handled);
        assertEquals(List.of(server), closed);
        assertTrue(engine.closed);
    }
}
