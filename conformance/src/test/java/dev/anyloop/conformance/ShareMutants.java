package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopCallback;
import dev.anyloop.Server;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;

/** Bugs of ports that are shared, and of loops that are started together. */
final class ShareMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofSeam("a port that is to be shared is not", List.of("SHARE-001"), good -> new BrokenTransport(good) {
                    @Override
                    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                            throws IOException {
                        return super.listen(local, options.withReusePort(false), events);
                    }
                }),
                Mutant.ofSeam("a port of IPv6 that is to be shared is not", List.of("SHARE-001"), good -> new BrokenTransport(good) {
                    @Override
                    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                            throws IOException {
                        boolean six = local instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address;
                        return super.listen(local, six ? options.withReusePort(false) : options, events);
                    }
                }),
                Mutant.ofSeam("every port is shared, whoever asks", List.of("SHARE-001", "LISTEN-005"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                                    throws IOException {
                                return super.listen(local, options.withReusePort(true), events);
                            }
                        }),
                Mutant.ofSeam("of those who share a port the first gets all", List.of("SHARE-002"), Greedy::new),
                Mutant.ofSeam("port 0 is the port that was shared last", List.of("SHARE-003"), JoinsTheLast::new),
                Mutant.ofSeam("who shares a port listens on all addresses", List.of("SHARE-004"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                                    throws IOException {
                                return super.listen(options.reusePort() ? anyAddress(local) : local, options, events);
                            }
                        }),
                Mutant.ofApi("who shares a port closes it for all", List.of("SHARE-005"), closesForAll()),
                Mutant.ofApi("init runs on another thread", List.of("SHARE-006"),
                        new Interception().on(LoopCallback.class, "run", LoopMutants::elsewhere)),
                Mutant.ofApi("what init throws is lost", List.of("SHARE-007"),
                        new Interception().on(LoopCallback.class, "run", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable lost) {
                                return null;
                            }
                        })),
                Mutant.ofApi("a loop that is closed stops the others", List.of("SHARE-008"), stopsOthers()),
                Mutant.ofApi("shutdown never has an end", List.of("SHARE-009"),
                        new Interception().on(EventLoop.class, "shutdown", call -> {
                            call.arguments[0] = Duration.ofDays(1);
                            return call.proceed();
                        })),
                Mutant.ofApi("run() keeps to itself what a callback threw", List.of("SHARE-010"),
                        new Interception().on(EventLoop.class, "run", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable kept) {
                                return null;
                            }
                        })));
    }

    private static SocketAddress anyAddress(SocketAddress local) {
        InetSocketAddress inet = (InetSocketAddress) local;
        return new InetSocketAddress(new InetSocketAddress(0).getAddress(), inet.getPort());
    }

    private static Interception closesForAll() {
        List<Server> servers = new CopyOnWriteArrayList<>();
        return new Interception()
                .on(EventLoop.class, "listen", call -> {
                    Server server = (Server) call.proceed();
                    servers.add(server);
                    return server;
                })
                .on(Server.class, "close", call -> {
                    SocketAddress local = ((Server) call.target).localAddress();
                    servers.forEach(server -> {
                        if (server.localAddress().equals(local) && server.loop().inLoop()) {
                            server.close();
                        }
                    });
                    return null;
                });
    }

    private static Interception stopsOthers() {
        Set<EventLoop> running = new CopyOnWriteArraySet<>();
        return new Interception()
                .on(EventLoop.class, "run", call -> {
                    running.add((EventLoop) call.target);
                    return call.proceed();
                })
                .on(EventLoop.class, "close", call -> {
                    running.forEach(EventLoop::stop);
                    return call.proceed();
                });
    }

    /** Whoever comes later to a port listens nowhere. */
    private static final class Greedy extends BrokenTransport {

        private static final Set<SocketAddress> TAKEN = ConcurrentHashMap.newKeySet();

        Greedy(Transport good) {
            super(good);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            if (options.reusePort() && TAKEN.contains(local)) {
                SocketAddress elsewhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                return super.listen(elsewhere, options, events);
            }
            Acceptor acceptor = super.listen(local, options, events);
            TAKEN.add(acceptor.localAddress());
            return acceptor;
        }
    }

    private static final class JoinsTheLast extends BrokenTransport {

        private int last;

        JoinsTheLast(Transport good) {
            super(good);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            InetSocketAddress inet = (InetSocketAddress) local;
            int port = options.reusePort() && inet.getPort() == 0 ? last : inet.getPort();
            Acceptor acceptor = super.listen(new InetSocketAddress(inet.getAddress(), port), options, events);
            last = ((InetSocketAddress) acceptor.localAddress()).getPort();
            return acceptor;
        }
    }
}
