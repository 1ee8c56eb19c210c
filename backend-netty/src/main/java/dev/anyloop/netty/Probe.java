package dev.anyloop.netty;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a transport works here. Only carrying a byte can show that: an application has Netty's jars in any version,
 * often in several at once, and what is missing or does not fit is noticed when it is first used.
 */
final class Probe implements AcceptorEvents {

    private static final long LONGEST_NANOS = SECONDS.toNanos(10);

    /** Why a kind cannot be used; an empty reason if it can. In words: a stack trace would keep its callers' classes. */
    private static final Map<EngineKind, String> KNOWN = new EnumMap<>(EngineKind.class);

    private final Transport transport;
    private final List<End> ends = new ArrayList<>();
    private boolean over;
    private int open;

    private Probe(Transport transport) {
        this.transport = transport;
    }

    /**
     * Tries it, or remembers: all but what the system refused or had no time for, because it may have it the next time.
     *
     * @return why it cannot be used, or nothing if it can
     */
    static synchronized String whyNot(EngineKind kind) {
        String known = KNOWN.get(kind);
        if (known != null) {
            return known;
        }
        Throwable failure = failureApart(kind);
        String why = failure == null ? "" : Remedy.explained(kind, failure);
        if (failure == null || isToBeRemembered(failure)) {
            KNOWN.put(kind, why);
        }
        return why;
    }

    static boolean isToBeRemembered(Throwable failure) {
        return !Causes.isSystems(failure) && !(failure instanceof NothingCarried);
    }

    /** It may be Netty's fault, or the machine has more to do than it can. */
    static final class NothingCarried extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        NothingCarried() {
            super("It has carried no byte in 10 seconds");
        }
    }

    /**
     * On a thread that is gone afterwards. This initializes Netty's classes, and some of them keep why they lack
     * something, as an exception, and that the classes of all callers: not the application's, then (RES-009).
     */
    private static @Nullable Throwable failureApart(EngineKind kind) {
        try {
            return CompletableFuture.supplyAsync(() -> failure(kind), Probe::start).join();
        } catch (CompletionException e) {
            throw (Error) e.getCause(); // all else is an answer
        } finally {
            forgetCallers();
        }
    }

    /** Our classes are those of an application that finds Netty in a class loader above it: the same exception, from a stack without them. */
    private static void forgetCallers() {
        try {
            Throwable kept = PlatformDependent.getUnsafeUnavailabilityCause(); // as on JDK 25
            if (kept != null) {
                CompletableFuture.runAsync(kept::fillInStackTrace, Probe::start).join();
            }
        } catch (LinkageError e) {
            // of a Netty that has no such thing, or is not whole: then there is nothing to forget
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(null, work, "anyloop-netty-probe", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Probe.class.getClassLoader());
        thread.start();
    }

    private static @Nullable Throwable failure(EngineKind kind) {
        try {
            Engine engine = kind.newEngine();
            Throwable why = engine.unavailability();
            if (why == null) {
                carryAByte(engine);
            }
            return why;
        } catch (LinkageError | ServiceConfigurationError | RuntimeException e) { // the second if the JDK has no selectors
            return e;
        }
    }

    private static void carryAByte(Engine engine) {
        NettyTransport transport = new NettyTransport(engine);
        try {
            new Probe(transport).run();
        } catch (IOException e) {
            if (!Causes.isSystems(e)) { // where there is no network, Netty has done what it can
                throw new IllegalStateException(e);
            }
        } finally {
            transport.close();
        }
    }

    private void run() throws IOException {
        Acceptor acceptor = transport.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ListenOptions.defaults(), this);
        open++;
        End client = new End();
        client.tell(transport.connect(acceptor.localAddress(), null, SocketOptions.defaults(), client));
        pollUntil(() -> over);
        acceptor.close();
        ends.forEach(End::close);
        pollUntil(() -> open == 0);
    }

    private void pollUntil(BooleanSupplier condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long left = start + LONGEST_NANOS - System.nanoTime();
            if (left <= 0) {
                throw new NothingCarried();
            }
            transport.poll(left);
        }
    }

    @Override
    public ConnectionEvents accepted(Connection connection) {
        End server = new End();
        server.tell(connection);
        connection.resumeReading();
        return server;
    }

    @Override
    public void acceptFailed(IOException cause) {
        over = true;
    }

    @Override
    public void closed() {
        open--;
    }

    /** Of the connection: a client's writes the byte, and a server's gets it. */
    private final class End implements ConnectionEvents {

        private Connection connection;

        void tell(Connection connection) {
            this.connection = connection;
            ends.add(this);
            open++;
        }

        void close() {
            connection.close();
        }

        @Override
        public void connected() {
            try {
                connection.write(ByteBuffer.allocateDirect(1));
            } catch (IOException e) {
                over = true;
            }
        }

        @Override
        public void received(ByteBuffer bytes) {
            over = true;
        }

        @Override
        public void inputEnded() {
            over = true;
        }

        @Override
        public void written(int count) {}

        @Override
        public void outputFailed(IOException cause) {
            over = true;
        }

        @Override
        public void failed(IOException cause) {
            over = true;
        }

        @Override
        public void closed() {
            open--;
        }
    }
}
