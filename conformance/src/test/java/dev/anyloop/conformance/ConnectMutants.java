package dev.anyloop.conformance;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Resolver;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Bugs in connecting. */
final class ConnectMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("a local port is any port", List.of("CONN-010", "CONN-015"), new Interception().on(EventLoop.class, "connect", call -> {
                    int last = call.arguments.length - 1;
                    if (call.arguments[last] instanceof ConnectOptions options && options.localAddress() != null) {
                        call.arguments[last] = options.withLocalAddress(new InetSocketAddress(options.localAddress().getAddress(), 0));
                    }
                    return call.proceed();
                })),
                Mutant.ofProvider("names are resolved by threads that keep the process", List.of("CONN-006"), resolving(ConnectMutants::keeping)),
                Mutant.ofProvider("addresses of IPv6 come first", List.of("CONN-010"), resolving(good -> host -> good.resolve(host).stream()
                        .sorted(Comparator.comparing(address -> -address.getAddress().length)).toList())),
                Mutant.ofApi("a refused connect is reported as a close only", List.of("CONN-001"),
                        SocketMutants.silent("onError")),
                Mutant.ofApi("an error does not tell the port", List.of("CONN-002"), Interception.errors(error ->
                        new NetworkException(error.kind(), error.operation(), error.host(), 0, error.getCause()))),
                Mutant.ofApi("the connect timeout is forgotten", List.of("CONN-003"),
                        new Interception().on(EventLoop.class, "connect", ConnectMutants::takesItsTime)),
                Mutant.ofApi("a name has more time to connect than an address", List.of("CONN-004"),
                        new Interception().on(EventLoop.class, "connect", call ->
                                isName(call.arguments[0]) ? takesItsTime(call) : call.proceed())),
                Mutant.ofApi("an unknown name is called unreachable", List.of("CONN-005", "ERR-002"),
                        ErrorMutants.called(ErrorKind.DNS_FAILURE, ErrorKind.UNREACHABLE)),
                Mutant.ofProvider("names are resolved by the loop's own thread", List.of("CONN-006"), new BrokenProvider() {
                    @Override
                    public EventLoop open(LoopOptions options) {
                        return new Interception().on(EventLoop.class, "connect", call -> {
                            if (isName(call.arguments[0])) {
                                options.resolver().resolve(call.argument(0));
                            }
                            return call.proceed();
                        }).wrap(super.open(options));
                    }
                }),
                Mutant.ofProvider("eight look-ups that hang stop all others", List.of("CONN-006"),
                        resolving(ConnectMutants::eightAtATime)),
                Mutant.ofProvider("a resolver that nobody waits for is not told so", List.of("CONN-006"),
                        resolving(ConnectMutants::deaf)),
                Mutant.ofProvider("a name whose socket was closed is asked for all the same", List.of("CONN-008"),
                        new BrokenProvider() {
                            @Override
                            public EventLoop open(LoopOptions options) {
                                return new Interception().on(EventLoop.class, "connect", call -> {
                                    if (isName(call.arguments[0])) {
                                        String host = call.argument(0);
                                        elsewhere(() -> options.resolver().resolve(host));
                                    }
                                    return call.proceed();
                                }).wrap(super.open(options));
                            }
                        }),
                Mutant.ofApi("an IPv6 literal is refused", List.of("CONN-007"),
                        new Interception().on(EventLoop.class, "connect", call -> {
                            if (call.arguments[0] instanceof String host && host.contains(":")) {
                                throw new IllegalArgumentException("not a host: " + host);
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("whatever consists of digits is taken for an address", List.of("CONN-007"),
                        new Interception().on(EventLoop.class, "connect", call -> {
                            if (call.arguments[0] instanceof String host && host.matches("[0-9x.]+")) {
                                call.arguments[0] = "127.0.0.1";
                            }
                            return call.proceed();
                        })),
                Mutant.ofSeam("who closes while connecting loses a descriptor", List.of("CONN-008", "CONN-010"),
                        Forgetful::new),
                Mutant.ofProvider("only the first address of a name is tried", List.of("CONN-009"), resolving(good ->
                        host -> good.resolve(host).stream().limit(1).toList())),
                Mutant.ofSeam("the local address given is forgotten", List.of("CONN-015"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Connection connect(SocketAddress remote, @Nullable SocketAddress local,
                                    SocketOptions options, ConnectionEvents events) throws IOException {
                                return super.connect(remote, null, options, events);
                            }
                        }),
                Mutant.ofApi("no socket reuses an address", List.of("CONN-015"),
                        Interception.socketOptions(options -> options.withReuseAddress(false))),
                Mutant.ofSeam("only one connection can be made at a time", List.of("CONN-010"), good -> new OneAtATime(good, false)),
                Mutant.ofSeam("only one connection can be made from a local address at a time", List.of("CONN-010"),
                        good -> new OneAtATime(good, true)),
                Mutant.ofApi("what is written before the connection is lost", List.of("CONN-011"),
                        new Interception().on(Socket.class, "write", call ->
                                ((Socket) call.target).remoteAddress() == null ? true : call.proceed())),
                Mutant.ofApi("addresses are forgotten after close", List.of("CONN-012"),
                        new Interception()
                                .on(Socket.class, "remoteAddress", call ->
                                        ((Socket) call.target).isOpen() ? call.proceed() : null)
                                .on(Socket.class, "localAddress", call ->
                                        ((Socket) call.target).isOpen() ? call.proceed() : null)),
                Mutant.ofApi("an address that cannot be expressed is taken for another", List.of("CONN-020"),
                        new Interception().on(EventLoop.class, "connect", call -> {
                            if (call.arguments[0] instanceof String host && host.startsWith("fe80:")) {
                                call.arguments[0] = "127.0.0.1";
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("IPv4 peers are shown as IPv4-mapped ones", List.of("CONN-021"),
                        new Interception().on(Socket.class, "remoteAddress", call ->
                                call.proceed() instanceof InetSocketAddress plain ? mapped(plain) : null)),
                Mutant.ofApi("connect is told when all the rest has been told", List.of("CONN-013", "ORDER-005"),
                        new Interception().on(Socket.class, "onConnect", call -> {
                            SocketCallback good = call.argument(0);
                            call.arguments[0] = (SocketCallback) socket ->
                                    socket.loop().timer(Duration.ofMillis(10), timer -> good.run(socket));
                            return call.proceed();
                        })));
    }

    private static boolean isName(Object host) {
        return host instanceof String name && name.endsWith(".test");
    }

    private static BrokenProvider resolving(UnaryOperator<Resolver> broken) {
        return new BrokenProvider() {
            @Override
            public EventLoop open(LoopOptions options) {
                return super.open(options.withResolver(broken.apply(options.resolver())));
            }
        };
    }

    private static Resolver eightAtATime(Resolver good) {
        Semaphore places = BrokenKit.ground().world().semaphore(8);
        return host -> {
            try {
                places.acquire();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            try {
                return good.resolve(host);
            } finally {
                places.release();
            }
        };
    }

    private static Resolver deaf(Resolver good) {
        return host -> elsewhere(() -> good.resolve(host)).join();
    }

    private static CompletableFuture<List<InetAddress>> elsewhere(Callable<List<InetAddress>> work) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static InetSocketAddress mapped(InetSocketAddress plain) throws UnknownHostException {
        byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0};
        System.arraycopy(plain.getAddress().getAddress(), 0, bytes, 12, 4);
        return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, -1), plain.getPort());
    }

    private static Object takesItsTime(Interception.Call call) throws Throwable {
        int last = call.arguments.length - 1;
        if (call.arguments[last] instanceof ConnectOptions options) {
            call.arguments[last] = options.withConnectTimeout(Duration.ofDays(1));
        }
        return call.proceed();
    }

    private static final class OneAtATime extends BrokenTransport {

        private final boolean onlyFromLocal;
        private int connecting;

        /** @param onlyFromLocal whether those are free that are from nowhere in particular */
        OneAtATime(Transport good, boolean onlyFromLocal) {
            super(good);
            this.onlyFromLocal = onlyFromLocal;
        }

        @Override
        public Connection connect(
                SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
                throws IOException {
            if (connecting > 0 && (local != null || !onlyFromLocal)) {
                throw new IOException("busy");
            }
            connecting++;
            return super.connect(remote, local, options, events);
        }

        @Override
        Events events(ConnectionEvents core) {
            return new Events(core) {
                private boolean over;

                @Override
                public void connected() {
                    over();
                    super.connected();
                }

                @Override
                public void closed() {
                    over();
                    super.closed();
                }

                private void over() {
                    connecting -= over ? 0 : 1;
                    over = true;
                }
            };
        }
    }

    private static final class Forgetful extends BrokenTransport {

        Forgetful(Transport good) {
            super(good);
        }

        @Override
        Link link(Connection connection) {
            return new ForgetfulLink(connection);
        }

        @Override
        Events events(ConnectionEvents core) {
            return new Events(core) {
                @Override
                public void connected() {
                    ((ForgetfulLink) link).connected = true;
                    super.connected();
                }
            };
        }
    }

    private static final class ForgetfulLink extends BrokenTransport.Link {

        private boolean connected;

        ForgetfulLink(Connection good) {
            super(good);
        }

        @Override
        public void close() {
            if (!connected) {
                Leak.aDescriptor();
            }
            super.close();
        }
    }

    private static Resolver keeping(Resolver good) {
        return host -> {
            CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
            Thread asking = new Thread(() -> {
                try {
                    answer.complete(good.resolve(host));
                } catch (Throwable e) {
                    answer.completeExceptionally(e);
                }
            });
            asking.setDaemon(false);
            asking.start();
            try {
                return answer.get();
            } catch (InterruptedException e) {
                asking.interrupt();
                throw new InterruptedIOException();
            } catch (ExecutionException e) {
                throw new UnknownHostException(host);
            }
        };
    }
}
