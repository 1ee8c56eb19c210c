package dev.anyloop.conformance;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bugs of transports in what goes on outside of polls, such as authors of completion engines make. */
final class UnderWayMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofSeam("whatever is sent waits for the next poll", List.of("SEAM-014"), Postponing::new),
                Mutant.ofSeam("of what is sent in a poll all but the first waits for the next", List.of("SEAM-014"), Collecting::new),
                Mutant.ofSeam("only its owner polls", List.of("SEAM-015"), good -> new BrokenTransport(good) {
                    private final Thread owner = Thread.currentThread();

                    @Override
                    public boolean poll(long timeoutNanos) throws IOException {
                        if (Thread.currentThread() != owner) {
                            throw new IllegalStateException("poll() on " + Thread.currentThread().getName());
                        }
                        return super.poll(timeoutNanos);
                    }
                }),
                Mutant.ofSeam("a connection is called closed that is still open", List.of("SEAM-006"), Lingering::new),
                Mutant.ofSeam("when one fails the next advance of another is lost", List.of("SEAM-005"), Distracted::new),
                Mutant.ofSeam("while paused it reads on into memory of its own", List.of("SEAM-011"), Hoarding::new),
                Mutant.ofSeam("who came during a pause is lost", List.of("SEAM-007"), Forgetful::new),
                InputMutants.events("the last advance of a buffer is told twice", List.of("SEAM-005"),
                        core -> new BrokenTransport.Events(core) {
                            @Override
                            public void written(int count) {
                                super.written(count);
                                super.written(count);
                            }
                        }),
                InputMutants.links("a lent buffer is used for something else", List.of("SEAM-005"),
                        good -> new BrokenTransport.Link(good) {
                            @Override
                            public int write(ByteBuffer lent) throws IOException {
                                ByteBuffer copy = ByteBuffer.allocateDirect(lent.remaining()).put(lent.duplicate()).flip();
                                lent.put(lent.position(), (byte) 0);
                                int taken = super.write(copy);
                                lent.position(lent.position() + taken);
                                return taken;
                            }
                        }));
    }

    private static class Postponing extends BrokenTransport {
        private final List<Runnable> postponed = new ArrayList<>();

        Postponing(Transport good) {
            super(good);
        }

        /** What is written now. */
        boolean postpones() {
            return true;
        }

        @Override
        Link link(Connection connection) {
            return new Link(connection) {
                private boolean closed;

                @Override
                public int offer(ByteBuffer bytes) {
                    return 0;
                }

                @Override
                public int write(ByteBuffer lent) throws IOException {
                    if (!postpones()) {
                        return super.write(lent);
                    }
                    postponed.add(() -> {
                        if (!closed) {
                            begin(lent);
                        }
                    });
                    return 0;
                }

                private void begin(ByteBuffer lent) {
                    try {
                        super.write(lent);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }

                @Override
                public void close() {
                    closed = true;
                    super.close();
                }
            };
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            List<Runnable> begun = List.copyOf(postponed);
            postponed.clear();
            begun.forEach(Runnable::run);
            return super.poll(timeoutNanos);
        }
    }

    /** As an engine may that hands over with its next wait what a poll has brought about. */
    private static final class Collecting extends Postponing {
        private boolean polling;
        private int written;

        Collecting(Transport good) {
            super(good);
        }

        @Override
        boolean postpones() {
            return polling && ++written > 1;
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            written = 0;
            polling = true;
            try {
                return super.poll(timeoutNanos);
            } finally {
                polling = false;
            }
        }
    }

    /** As an engine may whose operations under way keep a socket open. */
    private static final class Lingering extends BrokenTransport {
        private final List<Events> closing = new ArrayList<>();
        private final List<Connection> open = new ArrayList<>();

        Lingering(Transport good) {
            super(good);
        }

        @Override
        public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options,
                ConnectionEvents events) throws IOException {
            boolean[] over = new boolean[1];
            Events told = new Events(events) {
                @Override
                public void received(ByteBuffer bytes) {
                    if (!over[0]) {
                        super.received(bytes);
                    }
                }
            };
            Connection connection = good.connect(remote, local, options, told);
            return new Link(connection) {
                @Override
                public void close() {
                    over[0] = true;
                    connection.pauseReading();
                    open.add(connection);
                    closing.add(told);
                }
            };
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            List<Events> closed = List.copyOf(closing);
            closing.clear();
            boolean drained = super.poll(closed.isEmpty() ? timeoutNanos : 0);
            closed.forEach(Events::closed);
            return drained;
        }

        @Override
        public void close() {
            open.forEach(Connection::close);
            super.close();
        }
    }

    private static final class Distracted extends BrokenTransport {
        private boolean distracted;

        Distracted(Transport good) {
            super(good);
        }

        @Override
        Events events(ConnectionEvents events) {
            return new Events(events) {
                @Override
                public void failed(IOException cause) {
                    distracted = true;
                    super.failed(cause);
                }

                @Override
                public void written(int count) {
                    if (!distracted) {
                        super.written(count);
                    }
                    distracted = false;
                }
            };
        }
    }

    private static final class Hoarding extends BrokenTransport {

        Hoarding(Transport good) {
            super(good);
        }

        @Override
        public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options,
                ConnectionEvents events) throws IOException {
            boolean[] paused = new boolean[1];
            Connection connection = good.connect(remote, local, options, new Events(events) {
                @Override
                public void received(ByteBuffer bytes) {
                    if (!paused[0]) {
                        super.received(bytes);
                    }
                }
            });
            return new Link(connection) {
                @Override
                public void pauseReading() {
                    paused[0] = true;
                }

                @Override
                public void resumeReading() {
                    paused[0] = false;
                    super.resumeReading();
                }
            };
        }
    }

    private static final class Forgetful extends BrokenTransport {

        Forgetful(Transport good) {
            super(good);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            boolean[] resumed = new boolean[1];
            return new Listening(good.listen(local, options, new Accepting(events) {
                @Override
                public ConnectionEvents accepted(Connection connection) {
                    if (resumed[0]) {
                        resumed[0] = false;
                        connection.close();
                        return new Unheard();
                    }
                    return super.accepted(connection);
                }
            })) {
                @Override
                public void resumeAccepting() {
                    resumed[0] = true;
                    super.resumeAccepting();
                }
            };
        }
    }
}
