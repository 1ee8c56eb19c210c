package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.ReceiveCallback;
import dev.anyloop.Socket;
import dev.anyloop.TimerCallback;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.spi.Availability;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Bugs in what is kept for too long, or not long enough. */
final class ResourceMutants extends MutantTest {

    private static final int LARGE = 64 * 1024;
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    @Override
    List<Mutant> mutants() {
        int[] closed = new int[1];
        List<ByteBuffer> held = new ArrayList<>();
        List<Object> sockets = new ArrayList<>();
        List<ConnectionEvents> told = new ArrayList<>();
        return List.of(
                Mutant.ofSeam("a listen that fails loses a descriptor", List.of("RES-001"), good -> new BrokenTransport(good) {
                    @Override
                    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
                        try {
                            return super.listen(local, options, events);
                        } catch (IOException e) {
                            Leak.aDescriptor();
                            throw e;
                        }
                    }
                }),
                Mutant.ofApi("the engine keeps what was written", List.of("RES-007"),
                        new Interception().on(Socket.class, "write", call -> {
                            if (call.arguments[0] instanceof ByteBuffer bytes && bytes.isDirect()) {
                                held.add(bytes);
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("the engine keeps its datagram sockets", List.of("RES-006"),
                        new Interception().on(EventLoop.class, "datagram", call -> {
                            Object made = call.proceed();
                            sockets.add(made);
                            return made;
                        })),
                Mutant.ofApi("each datagram takes a buffer", List.of("RES-007"),
                        new Interception().on(ReceiveCallback.class, "received", call -> {
                            held.add(ByteBuffer.allocateDirect(LARGE));
                            return call.proceed();
                        })),
                InputMutants.events("a connect that fails loses a descriptor", List.of("RES-001", "CLOSE-006"),
                        core -> new BrokenTransport.Events(core) {
                            @Override
                            public void failed(IOException cause) {
                                Leak.aDescriptor();
                                super.failed(cause);
                            }
                        }),
                Mutant.ofApi("an accept callback that throws loses a descriptor", List.of("LISTEN-008"),
                        new Interception().on(AcceptCallback.class, "accepted", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable e) {
                                Leak.aDescriptor();
                                throw e;
                            }
                        })),
                Mutant.ofSeam("one transport in ten loses a descriptor", List.of("RES-002", "SEAM-010"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public void close() {
                                if (closed[0]++ % 20 == 0) { // each is closed twice
                                    Leak.aDescriptor();
                                }
                                super.close();
                            }
                        }),
                Mutant.ofSeam("an idle loop looks around every millisecond", List.of("RES-004"), Restless::new),
                InputMutants.events("the engine keeps whom it has told of its connections", List.of("RES-006"), core -> {
                    told.add(core);
                    return new BrokenTransport.Events(core);
                }),
                Mutant.ofApi("a few bytes take a large buffer", List.of("RES-007"),
                        new Interception().on(Socket.class, "write", call -> {
                            if (call.arguments[0] instanceof CharSequence) {
                                held.add(ByteBuffer.allocateDirect(LARGE));
                            }
                            return call.proceed();
                        })),
                Mutant.ofSeam("a closed loop keeps its buffers", List.of("RES-007"), good -> new BrokenTransport(good) {
                    @Override
                    public void close() {
                        held.add(ByteBuffer.allocateDirect(LARGE));
                        super.close();
                    }
                }),
                Mutant.ofSeam("who is closed inside an event leaves a buffer", List.of("SEAM-010"), good -> new BrokenTransport(good) {
                    private boolean polling;

                    @Override
                    public boolean poll(long timeoutNanos) throws IOException {
                        polling = true;
                        try {
                            return super.poll(timeoutNanos);
                        } finally {
                            polling = false;
                        }
                    }

                    @Override
                    Link link(Connection connection) {
                        return new Link(connection) {
                            @Override
                            public void close() {
                                if (polling) {
                                    held.add(ByteBuffer.allocateDirect(LARGE));
                                }
                                super.close();
                            }
                        };
                    }
                }),
                Mutant.ofProvider("a read without memory is the end of the loop", List.of("RES-008"), new Starving()),
                Mutant.ofApi("only the application keeps what a timer does", List.of("RES-005"),
                        new Interception().on(EventLoop.class, "interval", call -> {
                            WeakReference<TimerCallback> weak = new WeakReference<>(call.argument(1));
                            call.arguments[1] = (TimerCallback) timer -> {
                                TimerCallback callback = weak.get();
                                if (callback == null) { // the kit need not wait for what cannot come any more
                                    ((EventLoop) call.target).stop();
                                } else {
                                    callback.run(timer);
                                }
                            };
                            return call.proceed();
                        })),
                Mutant.ofProvider("the engine leaves something of its own on the owner thread", List.of("RES-009"),
                        new Littering()),
                Mutant.ofProvider("the engine keeps an exception from its first use", List.of("RES-009"),
                        new Resentful()),
                Mutant.ofProvider("a loop that cannot be opened keeps a descriptor", List.of("RES-010"), new Greedy()));
    }

    /** Made from nothing, in a process of its own. */
    private static final class Greedy extends BrokenProvider {

        @Override
        public EventLoop open(LoopOptions options) {
            try {
                Closeable first = new FileInputStream("/dev/null");
                Leak.of(first);
                EventLoop loop = super.open(options);
                first.close();
                return loop;
            } catch (IOException e) {
                throw new BackendUnavailableException("The broken backend cannot open a file", e);
            }
        }
    }

    /** Named and public, because the kit makes it anew in another class loader. */
    public static final class Littering extends BrokenProvider {

        private static final ThreadLocal<Littering> LEFT = new ThreadLocal<>();

        @Override
        public EventLoop open(LoopOptions options) {
            LEFT.set(this);
            return super.open(options);
        }
    }

    /** Named and public, because the kit makes it anew in another class loader. */
    public static final class Resentful extends BrokenProvider {

        private static final Exception NOT_THE_BEST = new Exception("the fast way is closed here");

        @Override
        public Availability availability() {
            return Availability.yes("broken on purpose: " + NOT_THE_BEST.getMessage());
        }
    }

    private static final class Restless extends BrokenTransport {

        Restless(Transport good) {
            super(good);
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            return super.poll(timeoutNanos < 0 ? MILLISECOND : Math.min(timeoutNanos, MILLISECOND));
        }
    }

    /** Made from nothing, in a process of its own: each connection has a buffer, and poll throws that there is none. */
    private static final class Starving extends BrokenProvider {

        @Override
        Transport transport(Transport good) {
            List<ByteBuffer> buffers = new ArrayList<>();
            return new BrokenTransport(good) {
                private @Nullable OutOfMemoryError starved;

                @Override
                Link link(Connection connection) {
                    return new Link(connection) {
                        @Override
                        public void resumeReading() {
                            try {
                                buffers.add(ByteBuffer.allocateDirect(LARGE));
                            } catch (OutOfMemoryError e) {
                                starved = e;
                            }
                            super.resumeReading();
                        }
                    };
                }

                @Override
                public boolean poll(long timeoutNanos) throws IOException {
                    boolean drained = super.poll(timeoutNanos);
                    OutOfMemoryError thrown = starved;
                    starved = null;
                    if (thrown != null) {
                        throw thrown;
                    }
                    return drained;
                }
            };
        }
    }
}
