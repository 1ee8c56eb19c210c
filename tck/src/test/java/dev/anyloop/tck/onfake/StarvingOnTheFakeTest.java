package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakeDatagramPort;
import dev.anyloop.tck.fake.FakeTransport;
import dev.anyloop.tck.rules.tls.Certificates;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** An engine that finds no memory for what core asks of a connection, or of a datagram socket. */
class StarvingOnTheFakeTest {

    private static final int EAGAIN = 11;

    private final OutOfMemoryError none = new OutOfMemoryError("none for a connection");
    private final List<String> log = new ArrayList<>();
    private final List<NetworkException> errors = new ArrayList<>();
    private final FakeClock clock = new FakeClock();
    private final Starving engine = new Starving(new FakeTransport(clock));
    private final EventLoop loop = Loops.open("starving", LoopOptions.defaults(), engine, clock);

    private final class Starving implements Transport {
        private final FakeTransport good;
        private @Nullable String starvingCall; // once

        Starving(FakeTransport good) {
            this.good = good;
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            return good.poll(timeoutNanos);
        }

        @Override
        public void wakeup() {
            good.wakeup();
        }

        @Override
        public Connection connect(
                SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
                throws IOException {
            starve("connect");
            return starving(Connection.class, good.connect(remote, local, options, events));
        }

        @Override
        public Set<Capability> capabilities() {
            return good.capabilities();
        }

        @Override
        public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
            return starving(DatagramPort.class, good.datagram(local, options, events));
        }

        /** As an engine should: what core does not take it closes and tells. */
        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            return good.listen(local, options, new AcceptorEvents() {
                @Override
                public ConnectionEvents accepted(Connection connection) {
                    try {
                        return events.accepted(starving(Connection.class, connection));
                    } catch (OutOfMemoryError e) {
                        log.add("engine closes");
                        connection.close();
                        events.acceptFailed(new EngineException(Operation.ACCEPT, e));
                        return Released.EVENTS;
                    }
                }

                @Override
                public void acceptFailed(IOException cause) {
                    events.acceptFailed(cause);
                }

                @Override
                public void closed() {
                    events.closed();
                }
            });
        }

        private void starve(String call) {
            if (call.equals(starvingCall)) {
                starvingCall = null;
                throw none;
            }
        }

        private <T> T starving(Class<T> type, T handle) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                starve(method.getName());
                try {
                    return method.invoke(handle, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }));
        }

        @Override
        public void close() {
            good.close();
        }
    }

    /** Of a connection that core does not know: only its release may be told. */
    private static final class Released {
        static final ConnectionEvents EVENTS = (ConnectionEvents) Proxy.newProxyInstance(
                ConnectionEvents.class.getClassLoader(), new Class<?>[] {ConnectionEvents.class}, (proxy, method, none) -> {
                    assertEquals("closed", method.getName());
                    return null;
                });
    }

    private void logged(String name, Socket socket) {
        log.add(name);
        socket.onError((s, error) -> {
            log.add("error");
            errors.add(error);
        });
        socket.onClose((s, error) -> {
            log.add("close");
            loop.stop();
        });
    }

    private void assertToldWhy(String operation) {
        assertEquals("OTHER " + operation, errors.get(0).kind() + " " + errors.get(0).operation());
        assertSame(none, errors.get(0).getCause().getCause());
        assertEquals(1, errors.size());
    }

    private void listen() {
        loop.listen("10.0.0.1", 80, (same, socket) -> logged("accept", socket)).onError((same, error) -> {
            log.add("server error");
            errors.add(error);
        });
    }

    @Rule("RES-008")
    void whoeverCannotBeReadIsAcceptedAndFails() {
        listen();
        engine.good.acceptor(0).connect();
        engine.starvingCall = "resumeReading";
        loop.run();
        assertEquals(List.of("accept", "error", "close"), log);
        assertToldWhy("read");
        loop.close();
    }

    @Rule("RES-008")
    void whoeverConnectsAndCannotBeReadFails() {
        logged("connecting", loop.connect("10.0.0.1", 80));
        engine.good.connection(0).complete();
        engine.starvingCall = "resumeReading";
        loop.run();
        assertEquals(List.of("connecting", "error", "close"), log);
        assertToldWhy("read");
        loop.close();
    }

    /** The backlog was full, and it was to be tried again; nothing else would end it. */
    @Rule({"RES-008", "UNIX-008"})
    void whoeverCannotBeConnectedToAPathAgainFails() {
        engine.good.failNext(new EngineException(EAGAIN, "as the system calls it"));
        logged("connecting", loop.connect(UnixDomainSocketAddress.of("nowhere"), ConnectOptions.defaults()));
        loop.execute(() -> engine.starvingCall = "connect");
        loop.run();
        assertEquals(List.of("connecting", "error", "close"), log);
        assertToldWhy("connect");
        loop.close();
    }

    /** A record that was made and could not be sent cannot be made again. */
    @Rule({"RES-008", "TLS-007"})
    void whoeverCannotBeSecuredAnyMoreFails() throws SSLException {
        SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);
        TlsOptions tls = TlsOptions.client().withContext(context).withServerName("localhost").withExecutor(Runnable::run);
        Socket socket = loop.connect("10.0.0.1", 80, ConnectOptions.defaults().withTls(tls));
        logged("connecting", socket);
        engine.good.connection(0).complete();
        EnginePeer server = new EnginePeer(engine.good.connection(0).peer(), context, true, "TLSv1.3");
        loop.interval(Duration.ofMillis(1), timer -> engine.good.connection(0).peer().send(server.turn())).unref();
        socket.onConnect(s -> {
            engine.starvingCall = "offer";
            s.write(ByteBuffer.wrap(new byte[1_000]), (same, error) -> log.add("completion " + (error == null ? "" : error.kind())));
        });
        loop.run();
        assertEquals(List.of("connecting", "error", "completion OTHER", "close"), log);
        assertToldWhy("write");
        loop.close();
    }

    // ---- datagrams ----

    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.2", 53);

    private DatagramSocket bind() {
        return loop.datagram("10.0.0.1", 53)
                .onReceive(this::heard)
                .onError((s, error) -> {
                    log.add("error");
                    errors.add(error);
                });
    }

    private void heard(DatagramSocket socket, InetSocketAddress sender, ByteBuffer data) {
        log.add(StandardCharsets.UTF_8.decode(data).toString());
    }

    private void at(long millis, Runnable action) {
        loop.timer(Duration.ofMillis(millis), timer -> action.run());
    }

    private static void send(DatagramSocket socket, String... texts) {
        for (String text : texts) {
            assertTrue(socket.send(text.getBytes(StandardCharsets.UTF_8), PEER), text);
        }
    }

    private List<String> sent() {
        return engine.good.port(0).sent().stream().map(FakeDatagramPort.Datagram::text).toList();
    }

    @Rule({"RES-008", "DGRAM-003", "DGRAM-008"})
    void aDatagramThatCannotBeSentLeavesNoOtherInTheQueue() {
        DatagramSocket socket = bind();
        engine.good.port(0).room(0);
        send(socket, "lost", "one", "two");
        engine.starvingCall = "send";
        engine.good.port(0).room(9);
        at(10, () -> {
            assertEquals(List.of("one", "two"), sent());
            assertEquals(0, socket.pendingSends());
            socket.close();
        });
        loop.run();
        assertEquals(List.of("error"), log);
        assertToldWhy("send");
        assertEquals("10.0.0.2", errors.get(0).host());
        loop.close();
    }

    /** The heap is full to the last byte. */
    @Rule({"RES-008", "DGRAM-003"})
    void norDoesOneOfWhichNobodyCanBeTold() {
        @SuppressWarnings("serial")
        class Worse extends OutOfMemoryError {
            @Override
            public String toString() {
                throw this;
            }
        }

        Worse worse = new Worse();
        DatagramSocket socket = bind();
        engine.good.port(0).room(0);
        send(socket, "lost", "one", "two");
        engine.good.port(0).failNext(new IOException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw worse;
            }
        });
        engine.good.port(0).room(9);
        assertSame(worse, assertThrows(OutOfMemoryError.class, loop::run));
        assertEquals(List.of("one", "two"), sent());
        send(socket, "goes on");
        socket.close();
        loop.run();
        assertEquals(List.of("one", "two", "goes on"), sent());
        assertEquals(List.of(), log);
        loop.close();
    }

    @Rule({"RES-008", "DGRAM-009"})
    void aDatagramThatCannotBeKeptDoesNotDeafenTheSocket() {
        DatagramSocket socket = bind();
        FakeDatagramPort port = engine.good.port(0);
        port.readAhead();
        socket.onReceive((s, sender, data) -> {
            heard(s, sender, data);
            s.pause();
            engine.starvingCall = "pauseReceiving"; // when the next is kept
        });
        port.arrive("one", PEER);
        port.arrive("lost", PEER);
        at(10, () -> {
            socket.onReceive(this::heard).resume();
            port.arrive("two", PEER);
        });
        at(20, socket::close);
        loop.run();
        assertEquals(List.of("one", "error", "two"), log);
        assertToldWhy("receive");
        loop.close();
    }

    @Rule({"RES-008", "LISTEN-009"})
    void whomCoreCannotTakeTheEngineClosesAndTheNextIsAccepted() {
        listen();
        engine.good.acceptor(0).connect();
        engine.starvingCall = "localAddress";
        loop.timer(Duration.ofMillis(20), timer -> {
            assertEquals(0, loop.stats().openSockets());
            engine.good.acceptor(0).connect().end();
        });
        loop.run();
        assertEquals(List.of("engine closes", "server error", "accept", "close"), log);
        assertToldWhy("accept");
        loop.close();
    }
}
