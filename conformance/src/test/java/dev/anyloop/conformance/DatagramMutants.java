package dev.anyloop.conformance;

import dev.anyloop.Capability;
import dev.anyloop.DatagramErrorCallback;
import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.ReceiveCallback;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Bugs of datagrams. It is long because each bug is a class of a few lines here, beside those it resembles. */
final class DatagramMutants extends MutantTest {

    @Override
    Set<Capability> needs() {
        return Set.of(Capability.DATAGRAMS);
    }

    @Override
    List<Mutant> mutants() {
        return List.of(
                events("the sender of a datagram is who sent the one before", List.of("DGRAM-002"), core -> new Telling(core) {
                    private @Nullable InetSocketAddress before;

                    @Override
                    public void received(ByteBuffer data, InetSocketAddress sender) {
                        super.received(data, before == null ? sender : before);
                        before = sender;
                    }
                }),
                Mutant.ofApi("the size of the receive buffer is forgotten", List.of("DGRAM-009"),
                        options(options -> options.withBufferSizes(0, options.sendBufferSize()))),
                Mutant.ofSeam("every datagram socket is bound to a port of its own choice", List.of("DGRAM-001"), OwnPorts::new),
                events("an empty datagram is taken for nothing", List.of("DGRAM-002", "SEAM-017"), core -> new Telling(core) {
                    @Override
                    public void received(ByteBuffer data, InetSocketAddress sender) {
                        if (data.hasRemaining()) {
                            super.received(data, sender);
                        }
                    }
                }),
                events("a long datagram is cut", List.of("DGRAM-002"), core -> new Telling(core) {
                    @Override
                    public void received(ByteBuffer data, InetSocketAddress sender) {
                        super.received(data.limit(Math.min(data.limit(), 2_048)), sender);
                    }
                }),
                ports("a datagram waits until the next is sent", List.of("DGRAM-003", "SEAM-016"), (good, core) -> new Laggard(good)),
                Mutant.ofSeam("who has input is not told of room", List.of("DGRAM-003", "SEAM-016"), Overwhelmed::new),
                ports("an IPv4 address keeps half of the IPv6 address before it", List.of("DGRAM-003"), (good, core) -> new Port(good) {
                    private @Nullable InetSocketAddress before;

                    @Override
                    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
                        boolean lost = is(Inet4Address.class, to) && is(Inet6Address.class, before);
                        before = to;
                        return lost || super.send(data, to);
                    }

                    private boolean is(Class<? extends InetAddress> family, @Nullable InetSocketAddress address) {
                        return address != null && family.isInstance(address.getAddress());
                    }
                }),
                ports("an empty datagram is not sent, and said to be", List.of("DGRAM-004", "SEAM-016"), (good, core) -> new Port(good) {
                    @Override
                    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
                        return !data.hasRemaining() || super.send(data, to);
                    }
                }),
                Mutant.ofApi("the queue of what waits has as much memory as it wants", List.of("DGRAM-003"),
                        options(options -> options.withSendQueueBytes(1 << 20))),
                Mutant.ofApi("a connected socket hears everybody", List.of("DGRAM-005"), deafToConnect()),
                Mutant.ofApi("what cannot be sent is dropped without a word", List.of("DGRAM-006"),
                        new Interception().on(DatagramSocket.class, "send", call -> {
                            try {
                                return call.proceed();
                            } catch (IllegalArgumentException misuse) {
                                return false;
                            }
                        })),
                Mutant.ofApi("a refusal closes the socket", List.of("DGRAM-007"),
                        new Interception().on(DatagramErrorCallback.class, "failed", call -> {
                            call.<DatagramSocket>argument(0).close();
                            return call.proceed();
                        })),
                events("a refusal is told to nobody", List.of("DGRAM-007", "SEAM-017"), core -> new Telling(core) {
                    @Override
                    public void receiveFailed(IOException cause) {
                        // lost
                    }
                }),
                Mutant.ofApi("an error of one datagram has the kind OTHER", List.of("DGRAM-008"),
                        new Interception().on(DatagramErrorCallback.class, "failed", call -> {
                            NetworkException error = call.argument(1);
                            call.arguments[1] = new NetworkException(ErrorKind.OTHER, error.operation(), error.host(), error.port(),
                                    error.getCause());
                            return call.proceed();
                        })),
                Mutant.ofApi("pause() does nothing", List.of("DGRAM-009"),
                        new Interception().on(DatagramSocket.class, "pause", Interception.Call::self)),
                ports("a pause loses what the kernel has", List.of("DGRAM-009", "SEAM-017"), (good, core) -> new Port(good) {
                    @Override
                    public void pauseReceiving() {
                        core.deaf = true;
                    }

                    @Override
                    public void resumeReceiving() {
                        core.deaf = false;
                        super.resumeReceiving();
                    }
                }),
                Mutant.ofSeam("who is told of anything goes on receiving, though paused", List.of("SEAM-017"), Forgetful::new),
                Mutant.ofSeam("one poll brings all the datagrams there are", List.of("DGRAM-010", "SEAM-017"), Greedy::new),
                Mutant.ofApi("a datagram socket does not keep the loop running", List.of("DGRAM-011"),
                        new Interception().on(EventLoop.class, "datagram", call -> ((DatagramSocket) call.proceed()).unref())),
                ports("a port is said to be free when it is not", List.of("SEAM-018"), (good, core) -> new Port(good) {
                    @Override
                    public void close() {
                        pauseReceiving();
                        core.closed();
                    }
                }),
                Mutant.ofApi("everybody may broadcast", List.of("DGRAM-012"), options(options -> options.withBroadcast(true))),
                ports("a group is never left", List.of("DGRAM-013"), (good, core) -> new Port(good) {
                    @Override
                    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
                        // still a member
                    }
                }),
                ports("who leaves one group leaves all", List.of("DGRAM-013"), (good, core) -> new Port(good) {
                    private final List<Joined> joined = new ArrayList<>();

                    @Override
                    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
                        super.join(group, on, source);
                        joined.add(new Joined(group, on, source));
                    }

                    @Override
                    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
                        for (Joined each : joined) {
                            super.leave(each.group, each.on, each.source);
                        }
                        joined.clear();
                    }
                }),
                ports("a group is joined for every source", List.of("DGRAM-013"), (good, core) -> new Port(good) {
                    @Override
                    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
                        super.join(group, on, null);
                    }
                }));
    }

    private record Joined(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {}

    /** What the user gets to hear is what the engine tells, with a fault. */
    private static Mutant events(String bug, List<String> rules, UnaryOperator<DatagramEvents> broken) {
        return Mutant.ofSeam(bug, rules, good -> new BrokenTransport(good) {
            @Override
            public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
                return super.datagram(local, options, broken.apply(events));
            }
        });
    }

    /** The engine does what core wants, with a fault. */
    private static Mutant ports(String bug, List<String> rules, BiFunction<DatagramPort, Deafening, DatagramPort> broken) {
        return Mutant.ofSeam(bug, rules, good -> new BrokenTransport(good) {
            @Override
            public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
                Deafening told = new Deafening(events);
                return broken.apply(super.datagram(local, options, told), told);
            }
        });
    }

    private static Interception options(UnaryOperator<DatagramOptions> change) {
        return new Interception().on(EventLoop.class, "datagram", call -> {
            int last = call.arguments.length - 1;
            if (call.arguments[last] instanceof DatagramOptions options) {
                call.arguments[last] = change.apply(options);
                return call.proceed();
            }
            return ((EventLoop) call.target).datagram(call.<String>argument(0), call.<Integer>argument(1),
                    change.apply(DatagramOptions.defaults()));
        });
    }

    /** It sends to its peer, and that is all. */
    private static Interception deafToConnect() {
        InetSocketAddress[] peer = new InetSocketAddress[1];
        return new Interception()
                .on(DatagramSocket.class, "connect", call -> {
                    peer[0] = call.argument(0);
                    return call.self();
                })
                .on(DatagramSocket.class, "remoteAddress", call -> peer[0])
                .on(DatagramSocket.class, "send", call -> call.arguments.length == 1 && call.arguments[0] instanceof ByteBuffer data
                        ? ((DatagramSocket) call.target).send(data, peer[0]) : call.proceed());
    }

    private static class Telling implements DatagramEvents {
        final DatagramEvents core;

        Telling(DatagramEvents core) {
            this.core = core;
        }

        @Override
        public void received(ByteBuffer data, InetSocketAddress sender) {
            core.received(data, sender);
        }

        @Override
        public void receiveFailed(IOException cause) {
            core.receiveFailed(cause);
        }

        @Override
        public void sendable() {
            core.sendable();
        }

        @Override
        public void sendFailed(IOException cause, InetSocketAddress to) {
            core.sendFailed(cause, to);
        }

        @Override
        public void closed() {
            core.closed();
        }
    }

    private static final class Deafening extends Telling {
        boolean deaf;

        Deafening(DatagramEvents core) {
            super(core);
        }

        @Override
        public void received(ByteBuffer data, InetSocketAddress sender) {
            if (!deaf) {
                super.received(data, sender);
            }
        }
    }

    private static class Port implements DatagramPort {
        final DatagramPort good;

        Port(DatagramPort good) {
            this.good = good;
        }

        @Override
        public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
            return good.send(data, to);
        }

        @Override
        public void connect(@Nullable InetSocketAddress peer) throws IOException {
            good.connect(peer);
        }

        @Override
        public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
            good.join(group, on, source);
        }

        @Override
        public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
            good.leave(group, on, source);
        }

        @Override
        public void pauseReceiving() {
            good.pauseReceiving();
        }

        @Override
        public void resumeReceiving() {
            good.resumeReceiving();
        }

        @Override
        public void close() {
            good.close();
        }

        @Override
        public InetSocketAddress localAddress() {
            return good.localAddress();
        }
    }

    /** What was asked for is free, so nobody minds until somebody sends to it. */
    private static final class OwnPorts extends BrokenTransport {
        OwnPorts(Transport good) {
            super(good);
        }

        @Override
        public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
            return super.datagram(new InetSocketAddress(local.getAddress(), 0), options, events);
        }
    }

    private static final class Laggard extends Port {
        private @Nullable ByteBuffer kept;
        private @Nullable InetSocketAddress keptFor;

        Laggard(DatagramPort good) {
            super(good);
        }

        @Override
        public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
            if (kept != null && !super.send(kept, keptFor)) {
                return false;
            }
            kept = ByteBuffer.allocateDirect(data.remaining()).put(data).flip();
            keptFor = to;
            return true;
        }
    }

    /** Room that is found while datagrams come is told when no more do. */
    private static final class Overwhelmed extends BrokenTransport {
        private final List<Waiting> ports = new ArrayList<>();

        Overwhelmed(Transport good) {
            super(good);
        }

        private static final class Waiting extends Telling {
            boolean owed;
            private boolean heard;
            private boolean heardBefore; // in the last poll

            Waiting(DatagramEvents core) {
                super(core);
            }

            @Override
            public void received(ByteBuffer data, InetSocketAddress sender) {
                heard = true;
                super.received(data, sender);
            }

            @Override
            public void sendable() {
                if (heardBefore) {
                    owed = true;
                } else {
                    super.sendable();
                }
            }

            void polled() {
                if (owed && !heard) {
                    owed = false;
                    super.sendable();
                }
                heardBefore = heard;
                heard = false;
            }
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            boolean drained = super.poll(ports.stream().anyMatch(port -> port.owed) ? 0 : timeoutNanos);
            List.copyOf(ports).forEach(Waiting::polled);
            return drained;
        }

        @Override
        public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
            Waiting told = new Waiting(events);
            ports.add(told);
            return new Port(super.datagram(local, options, told)) {
                @Override
                public void close() {
                    ports.remove(told);
                    super.close();
                }
            };
        }
    }

    /** It looks for datagrams whenever it has been woken, whatever by. */
    private static final class Forgetful extends BrokenTransport {
        Forgetful(Transport good) {
            super(good);
        }

        @Override
        public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
            DatagramPort[] port = new DatagramPort[1];
            port[0] = super.datagram(local, options, new Telling(events) {
                @Override
                public void received(ByteBuffer data, InetSocketAddress sender) {
                    super.received(data, sender);
                    port[0].resumeReceiving();
                }

                @Override
                public void sendable() {
                    super.sendable();
                    port[0].resumeReceiving();
                }
            });
            return port[0];
        }
    }

    /** Collects what several polls bring, and tells it in one. */
    private static final class Greedy extends BrokenTransport {
        private final Deque<Runnable> collected = new ArrayDeque<>();
        private boolean collecting;

        Greedy(Transport good) {
            super(good);
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            collecting = true;
            boolean drained = super.poll(timeoutNanos);
            for (int before = -1; before != collected.size(); ) {
                before = collected.size();
                drained = super.poll(0);
            }
            collecting = false;
            while (!collected.isEmpty()) {
                collected.remove().run();
            }
            return drained;
        }

        @Override
        public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
            return super.datagram(local, options, new Telling(events) {
                @Override
                public void received(ByteBuffer data, InetSocketAddress sender) {
                    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
                    if (collecting) {
                        collected.add(() -> super.received(copy, sender));
                    } else {
                        super.received(data, sender);
                    }
                }
            });
        }
    }
}
