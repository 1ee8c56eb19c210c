package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Bugs of servers. */
final class ServerMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofSeam("every backlog is that of everybody", List.of("LISTEN-006"), good -> new BrokenTransport(good) {
                    @Override
                    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
                        return super.listen(local, options.withBacklog(1_024), events);
                    }
                }),
                Mutant.ofSeam("a small backlog is not heeded", List.of("LISTEN-006"), good -> new BrokenTransport(good) {
                    @Override
                    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
                        return super.listen(local, options.withBacklog(Math.max(options.backlog(), 50)), events);
                    }
                }),
                Mutant.ofApi("the port asked for is told, not the one that was chosen", List.of("LISTEN-001"),
                        new Interception().on(Server.class, "localAddress", call ->
                                new InetSocketAddress(((InetSocketAddress) call.proceed()).getAddress(), 0))),
                Mutant.ofSeam("a bind failure is not told", List.of("LISTEN-002", "LISTEN-005"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                                    throws IOException {
                                try {
                                    return super.listen(local, options, events);
                                } catch (IOException e) {
                                    return super.listen(
                                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options, events);
                                }
                            }
                        }),
                Mutant.ofApi("closing a server closes its connections", List.of("LISTEN-003"), closesConnections()),
                Mutant.ofApi("a paused server goes on accepting", List.of("LISTEN-012"),
                        new Interception().on(Server.class, "pause", Interception.Call::self)),
                Mutant.ofApi("an exception in the accept callback leaves the connection open", List.of("LISTEN-008"),
                        new Interception().on(AcceptCallback.class, "accepted", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable swallowed) {
                                return null;
                            }
                        })),
                Mutant.ofSeam("a port that old connections hold cannot be listened on", List.of("LISTEN-004"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                                    throws IOException {
                                bindStrictly(local);
                                return super.listen(local, options, events);
                            }
                        }),
                Mutant.ofSeam("the backlog is forgotten", List.of("LISTEN-006"), good -> new BrokenTransport(good) {
                    @Override
                    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events)
                            throws IOException {
                        return super.listen(local, options.withBacklog(1), events);
                    }
                }),
                Mutant.ofApi("what cannot be listened on is listened on elsewhere", List.of("LISTEN-013"),
                        new Interception().on(EventLoop.class, "listen", call -> {
                            if (call.arguments[0] instanceof String host && host.startsWith("224.")) {
                                call.arguments[0] = "0.0.0.0";
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("a server for everybody is one for this machine", List.of("LISTEN-007"),
                        new Interception().on(EventLoop.class, "listen", call -> {
                            if (call.arguments[0] == null || call.arguments[0].equals("0.0.0.0")) {
                                call.arguments[0] = "127.0.0.1";
                            }
                            return call.proceed();
                        })),
                Mutant.ofProvider("accepting goes on without descriptors", List.of("LISTEN-009"), new Restless()),
                Mutant.ofApi("accepted sockets have the default options", List.of("LISTEN-011"),
                        listening(options -> options.withSocket(SocketOptions.defaults()))),
                Mutant.ofApi("a buffer of accepted sockets that nobody chose is the smallest", List.of("LISTEN-011"),
                        listening(options -> options.socket().receiveBufferSize() > 0 ? options
                                : options.withSocket(options.socket().withBufferSizes(1, options.socket().sendBufferSize())))));
    }

    /** With other options than those asked for. */
    private static Interception listening(UnaryOperator<ListenOptions> others) {
        return new Interception().on(EventLoop.class, "listen", call -> {
            int last = call.arguments.length - 1;
            if (call.arguments[last - 1] instanceof ListenOptions options) {
                call.arguments[last - 1] = others.apply(options);
            }
            return call.proceed();
        });
    }

    /** As a system does that does not let go of a port before its connections have aged. */
    private static void bindStrictly(SocketAddress local) throws IOException {
        try (ServerSocket strict = BrokenKit.ground().world().serverSocket()) {
            strict.setReuseAddress(false);
            strict.bind(local);
        }
    }

    /** Made from nothing, in a process of its own. */
    private static final class Restless extends BrokenProvider {

        @Override
        Transport transport(Transport good) {
            return new BrokenTransport(good) {
                @Override
                Acceptor acceptor(Acceptor acceptor) {
                    return new Listening(acceptor) {
                        @Override
                        public void pauseAccepting() {}
                    };
                }
            };
        }
    }

    private static Interception closesConnections() {
        List<Socket> accepted = new ArrayList<>();
        return new Interception()
                .on(AcceptCallback.class, "accepted", call -> {
                    accepted.add(call.argument(1));
                    return call.proceed();
                })
                .on(Server.class, "close", call -> {
                    accepted.forEach(Socket::abort);
                    return call.proceed();
                });
    }
}
