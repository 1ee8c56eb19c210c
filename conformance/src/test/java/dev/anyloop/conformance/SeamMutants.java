package dev.anyloop.conformance;

import dev.anyloop.SocketOptions;
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

/**
 * Bugs of transports, for the kit of the seam to find before there is a loop. It is long because each bug is a class of a few
 * lines here, beside those it resembles.
 */
final class SeamMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofSeam("who was accepted hears of no reset after its end", List.of("SEAM-013"), Deaf::new),
                Mutant.ofSeam("of many that have ended only the first are looked at", List.of("SEAM-013"), good -> new BrokenTransport(good) {
                    private int ended;

                    @Override
                    Events events(ConnectionEvents events) {
                        return new Events(events) {
                            private boolean late;

                            @Override
                            public void inputEnded() {
                                late = ++ended > 200;
                                super.inputEnded();
                            }

                            @Override
                            public void failed(IOException cause) {
                                if (!late) {
                                    super.failed(cause);
                                }
                            }
                        };
                    }
                }),
                Mutant.ofSeam("a connection that core has no memory for stays open", List.of("SEAM-002"), good -> new BrokenTransport(good) {
                    @Override
                    AcceptorEvents acceptorEvents(AcceptorEvents events) {
                        return new Accepting(events) {
                            @Override
                            public ConnectionEvents accepted(Connection connection) {
                                try {
                                    return super.accepted(connection);
                                } catch (OutOfMemoryError e) {
                                    return new Unheard();
                                }
                            }
                        };
                    }
                }),
                Mutant.ofSeam("once somebody has ended a poll waits for half a second", List.of("SEAM-008"), good -> new BrokenTransport(good) {
                    private boolean ended;

                    @Override
                    Events events(ConnectionEvents events) {
                        return new Events(events) {
                            @Override
                            public void inputEnded() {
                                ended = true;
                                super.inputEnded();
                            }
                        };
                    }

                    @Override
                    public boolean poll(long timeoutNanos) throws IOException {
                        return super.poll(ended && timeoutNanos > 0 ? Math.max(timeoutNanos, 500_000_000) : timeoutNanos);
                    }
                }),
                Mutant.ofSeam("the first wakeup by another thread throws", List.of("SEAM-001"), Possessive::new),
                Mutant.ofSeam("a connection is told inside connect", List.of("SEAM-003"), good -> new BrokenTransport(good) {
                    @Override
                    public Connection connect(SocketAddress remote, @Nullable SocketAddress local,
                            SocketOptions options, ConnectionEvents events) throws IOException {
                        Connection connection = super.connect(remote, local, options, events);
                        events.connected();
                        return connection;
                    }
                }),
                InputMutants.events("a connection does not start paused", List.of("SEAM-003"),
                        core -> new BrokenTransport.Events(core) {
                            @Override
                            public void connected() {
                                super.connected();
                                if (link != null) {
                                    link.resumeReading();
                                }
                            }
                        }),
                InputMutants.links("what precedes the position of a lent buffer is sent too", List.of("SEAM-005"),
                        good -> new BrokenTransport.Link(good) {
                            @Override
                            public int write(ByteBuffer lent) throws IOException {
                                return super.write(lent.position(0));
                            }
                        }),
                InputMutants.events("one byte of each advance is not reported", List.of("SEAM-005"),
                        core -> new BrokenTransport.Events(core) {
                            @Override
                            public void written(int count) {
                                if (count > 1) {
                                    super.written(count - 1);
                                }
                            }
                        }),
                InputMutants.events("what was resumed before it is connected is forgotten", List.of("SEAM-003"),
                        core -> new BrokenTransport.Events(core) {
                            @Override
                            public void connected() {
                                if (link != null) {
                                    link.good.pauseReading();
                                }
                                super.connected();
                            }
                        }),
                InputMutants.events("closed comes twice", List.of("SEAM-006"), core -> new BrokenTransport.Events(core) {
                    @Override
                    public void closed() {
                        super.closed();
                        super.closed();
                    }
                }),
                InputMutants.events("a failure comes twice", List.of("SEAM-007"), core -> new BrokenTransport.Events(core) {
                    @Override
                    public void failed(IOException cause) {
                        super.failed(cause);
                        super.failed(cause);
                    }
                }),
                InputMutants.links("after an offer that failed nothing is read", List.of("SEAM-007"),
                        good -> new BrokenTransport.Link(good) {
                            private boolean dead;

                            @Override
                            public int offer(ByteBuffer bytes) throws IOException {
                                try {
                                    return super.offer(bytes);
                                } catch (IOException e) {
                                    dead = true;
                                    throw e;
                                }
                            }

                            @Override
                            public void resumeReading() {
                                if (!dead) {
                                    super.resumeReading();
                                }
                            }
                        }),
                InputMutants.links("who was paused when a write failed reads no more", List.of("SEAM-008"),
                        good -> new BrokenTransport.Link(good) {
                            private boolean paused;
                            private boolean dead;

                            @Override
                            public void pauseReading() {
                                paused = true;
                                super.pauseReading();
                            }

                            @Override
                            public int write(ByteBuffer lent) throws IOException {
                                try {
                                    return super.write(lent);
                                } catch (IOException e) {
                                    dead = paused;
                                    throw e;
                                }
                            }

                            @Override
                            public void resumeReading() {
                                if (!dead) {
                                    super.resumeReading();
                                }
                            }
                        }),
                InputMutants.links("an offer keeps what was not taken", List.of("SEAM-012"),
                        good -> new BrokenTransport.Link(good) {
                            @Override
                            public int offer(ByteBuffer bytes) throws IOException {
                                return super.write(bytes);
                            }
                        }),
                InputMutants.links("of an offer all is said to be taken", List.of("SEAM-012"),
                        good -> new BrokenTransport.Link(good) {
                            @Override
                            public int offer(ByteBuffer bytes) throws IOException {
                                int count = super.offer(bytes);
                                return bytes.hasRemaining() ? count + bytes.remaining() : count;
                            }
                        }),
                Mutant.ofSeam("every poll says that there is more", List.of("SEAM-008"), good -> new BrokenTransport(good) {
                    @Override
                    public boolean poll(long timeoutNanos) throws IOException {
                        super.poll(timeoutNanos);
                        return false;
                    }
                }),
                Mutant.ofSeam("no poll says that there may be more", List.of("SEAM-008"), good -> new BrokenTransport(good) {
                    @Override
                    public boolean poll(long timeoutNanos) throws IOException {
                        super.poll(timeoutNanos);
                        return true;
                    }
                }),
                Mutant.ofSeam("who has more is always told of first", List.of("SEAM-008"), Greedy::new),
                Mutant.ofSeam("a wakeup before the poll is lost", List.of("SEAM-009"), good -> new BrokenTransport(good) {
                    private volatile boolean polling;

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
                    public void wakeup() {
                        if (polling) {
                            super.wakeup();
                        }
                    }
                }));
    }

    /** A few may read whenever they like, the others only after a poll that brought nothing. */
    private static final class Greedy extends BrokenTransport {
        private static final int FEW = 5;
        private final List<Runnable> patient = new ArrayList<>();
        private int made;
        private boolean told;

        Greedy(Transport good) {
            super(good);
        }

        @Override
        Link link(Connection connection) {
            boolean served = made++ < FEW;
            return new Link(connection) {
                private boolean closed;

                @Override
                public void resumeReading() {
                    if (served) {
                        super.resumeReading();
                    } else {
                        patient.add(() -> {
                            if (!closed) {
                                super.resumeReading();
                            }
                        });
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
        Events events(ConnectionEvents events) {
            return new Events(events) {
                @Override
                public void received(ByteBuffer bytes) {
                    told = true;
                    super.received(bytes);
                }
            };
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            told = false;
            boolean drained = super.poll(patient.isEmpty() ? timeoutNanos : 0);
            if (!told) {
                patient.forEach(Runnable::run);
                patient.clear();
            }
            return drained && patient.isEmpty();
        }
    }

    /** Only the first, so that the kit can end the poll that waits for it. */
    private static final class Possessive extends BrokenTransport {
        private final Thread owner = Thread.currentThread();
        private boolean refused;

        Possessive(Transport good) {
            super(good);
        }

        @Override
        public void wakeup() {
            if (Thread.currentThread() != owner && !refused) {
                refused = true;
                throw new IllegalStateException("wakeup() on " + Thread.currentThread().getName());
            }
            super.wakeup();
        }
    }

    /** To what befalls those that it was told of by an acceptor. */
    private static final class Deaf extends BrokenTransport {
        private boolean accepting;

        Deaf(Transport good) {
            super(good);
        }

        @Override
        AcceptorEvents acceptorEvents(AcceptorEvents events) {
            return new Accepting(events) {
                @Override
                public ConnectionEvents accepted(Connection connection) {
                    accepting = true;
                    try {
                        return super.accepted(connection);
                    } finally {
                        accepting = false;
                    }
                }
            };
        }

        @Override
        Events events(ConnectionEvents events) {
            return accepting ? new DeafOnceEnded(events) : super.events(events);
        }
    }
}
