package dev.anyloop.conformance;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Bugs in what a connection tells about its input, where core and engine meet. */
final class InputMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                events("the last byte of a chunk is lost", List.of("READ-003"), core -> new BrokenTransport.Events(core) {
                    @Override
                    public void received(ByteBuffer bytes) {
                        bytes.limit(Math.max(bytes.limit() - (bytes.remaining() > 1000 ? 1 : 0), bytes.position() + 1));
                        super.received(bytes);
                    }
                }),
                events("bytes come twice", List.of("READ-003", "TLS-016"), core -> new BrokenTransport.Events(core) {
                    @Override
                    public void received(ByteBuffer bytes) {
                        super.received(bytes.duplicate());
                        super.received(bytes);
                    }
                }),
                Mutant.ofSeam("a chunk begins with the last byte of the one before",
                        List.of("READ-003", "READ-009", "SEAM-004"), Smearing::new),
                events("data that comes with the end is lost", List.of("READ-004"), core -> new BrokenTransport.Events(core) {
                    private ByteBuffer last;

                    @Override
                    public void received(ByteBuffer bytes) {
                        deliver();
                        last = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
                        if (link != null) {
                            link.resumeReading();
                        }
                    }

                    private void deliver() {
                        if (last != null) {
                            super.received(last);
                            last = null;
                        }
                    }
                }),
                events("a reset is reported as an end", List.of("READ-005"), core -> new BrokenTransport.Events(core) {
                    private boolean connected;

                    @Override
                    public void received(ByteBuffer bytes) {
                        connected = true;
                        super.received(bytes);
                    }

                    @Override
                    public void failed(IOException cause) {
                        if (connected) {
                            super.inputEnded();
                        } else {
                            super.failed(cause);
                        }
                    }
                }),
                events("an end is reported as a failure", List.of("HALF-001"), core -> new BrokenTransport.Events(core) {
                    @Override
                    public void inputEnded() {
                        super.failed(new IOException("Connection reset"));
                    }
                }),
                events("who has heard the end hears of no reset", List.of("HALF-008", "SEAM-013"),
                        DeafOnceEnded::new),
                Mutant.ofSeam("who had something lent at the end hears of no reset", List.of("HALF-008", "SEAM-013"),
                        Forgetting::new),
                Mutant.ofSeam("who waits for a timer hears of no reset after the end", List.of("HALF-008", "SEAM-013"),
                        good -> new Inattentive(good, false)),
                Mutant.ofSeam("who is busy hears of no reset after the end", List.of("HALF-008", "SEAM-013"),
                        good -> new Inattentive(good, true)),
                Mutant.ofSeam("an end that answers ours is reported as a failure", List.of("HALF-005"), Impolite::new),
                Mutant.ofSeam("the loop spins after an end", List.of("HALF-007", "SEAM-008"), Dizzy::new),
                links("a pause does not reach the engine", List.of("READ-006", "SEAM-011"),
                        good -> new BrokenTransport.Link(good) {
                            @Override
                            public void pauseReading() {}
                        }),
                links("the end of the output is never sent", List.of("HALF-004"), good -> new BrokenTransport.Link(good) {
                    @Override
                    public void shutdownOutput() {}
                }),
                links("nothing is read any more after the end of the output", List.of("CLOSE-003", "HALF-006"),
                        good -> new BrokenTransport.Link(good) {
                            @Override
                            public void shutdownOutput() {
                                super.shutdownOutput();
                                super.pauseReading();
                            }
                        }),
                links("reading is never resumed", List.of("READ-007"), good -> new BrokenTransport.Link(good) {
                    private boolean paused;

                    @Override
                    public void pauseReading() {
                        paused = true;
                        super.pauseReading();
                    }

                    @Override
                    public void resumeReading() {
                        if (!paused) {
                            super.resumeReading();
                        }
                    }
                }));
    }

    static Mutant events(String bug, List<String> rules, Function<ConnectionEvents, BrokenTransport.Events> broken) {
        return Mutant.ofSeam(bug, rules, good -> new BrokenTransport(good) {
            @Override
            Events events(ConnectionEvents core) {
                return broken.apply(core);
            }
        });
    }

    static Mutant links(String bug, List<String> rules, Function<Connection, BrokenTransport.Link> broken) {
        return Mutant.ofSeam(bug, rules, good -> new BrokenTransport(good) {
            @Override
            Link link(Connection connection) {
                return broken.apply(connection);
            }
        });
    }

    private static final class Smearing extends BrokenTransport {
        private int smear = -1;

        Smearing(Transport good) {
            super(good);
        }

        @Override
        Events events(ConnectionEvents core) {
            return new Events(core) {
                @Override
                public void received(ByteBuffer bytes) {
                    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
                    byte last = copy.get(copy.limit() - 1);
                    if (smear >= 0) {
                        copy.put(0, (byte) smear);
                    }
                    smear = last & 0xff;
                    super.received(copy);
                }
            };
        }
    }

    /** To resets after the end, if the poll that finds them may not wait at all, or only so long. */
    private static final class Inattentive extends BrokenTransport {
        private static final long FAR_NANOS = TimeUnit.SECONDS.toNanos(30);
        private final boolean ofTheBusy;
        private long limit;

        Inattentive(Transport good, boolean ofTheBusy) {
            super(good);
            this.ofTheBusy = ofTheBusy;
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            limit = timeoutNanos;
            return super.poll(timeoutNanos);
        }

        private boolean isElsewhere() {
            return ofTheBusy ? limit == 0 : limit > FAR_NANOS;
        }

        @Override
        Events events(ConnectionEvents core) {
            return new DeafOnceEnded(core, this::isElsewhere);
        }
    }

    private static final class Forgetting extends BrokenTransport {

        private static final class Lending extends Link {
            private long left;

            Lending(Connection good) {
                super(good);
            }

            @Override
            public int write(ByteBuffer lent) throws IOException {
                left = lent.remaining();
                int taken = super.write(lent);
                left -= taken;
                return taken;
            }
        }

        Forgetting(Transport good) {
            super(good);
        }

        @Override
        Link link(Connection connection) {
            return new Lending(connection);
        }

        @Override
        Events events(ConnectionEvents core) {
            return new Events(core) {
                private boolean forgotten;

                @Override
                public void written(int count) {
                    ((Lending) link).left -= count;
                    super.written(count);
                }

                @Override
                public void inputEnded() {
                    forgotten = ((Lending) link).left > 0;
                    super.inputEnded();
                }

                @Override
                public void failed(IOException cause) {
                    if (!forgotten) {
                        super.failed(cause);
                    }
                }
            };
        }
    }

    private static final class Impolite extends BrokenTransport {

        Impolite(Transport good) {
            super(good);
        }

        private static final class Half extends Link {
            private boolean ended;

            Half(Connection good) {
                super(good);
            }

            @Override
            public void shutdownOutput() {
                ended = true;
                super.shutdownOutput();
            }
        }

        @Override
        Link link(Connection connection) {
            return new Half(connection);
        }

        @Override
        Events events(ConnectionEvents core) {
            return new Events(core) {
                @Override
                public void inputEnded() {
                    if (link instanceof Half half && half.ended) {
                        super.failed(new IOException("Connection reset"));
                    } else {
                        super.inputEnded();
                    }
                }
            };
        }
    }

    private static final class Dizzy extends BrokenTransport {
        private boolean ended;

        Dizzy(Transport good) {
            super(good);
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            return super.poll(ended ? 0 : timeoutNanos);
        }

        @Override
        Events events(ConnectionEvents core) {
            return new Events(core) {
                @Override
                public void inputEnded() {
                    ended = true;
                    super.inputEnded();
                }
            };
        }
    }
}
