package dev.anyloop.conformance;

import dev.anyloop.ClientAuth;
import dev.anyloop.CompletionCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.ReadCallback;
import dev.anyloop.Server;
import dev.anyloop.ServerErrorCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.TlsContexts;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.transport.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Bugs of secured connections. */
final class TlsMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("who comes after one that was to be secured is cut short", List.of("TLS-017"), cuttingShort()),
                Mutant.ofApi("TLS is left away", List.of("TLS-001"), options(tls -> null)),
                Mutant.ofApi("a cut is taken for the end", List.of("TLS-002"), options(TlsOptions::withTruncationAllowed)),
                Mutant.ofApi("only TLS 1.2 is spoken", List.of("TLS-001", "TLS-003"), options(tls -> tls.withProtocols("TLSv1.2"))),
                Mutant.ofApi("a handshake has all the time of the world", List.of("TLS-004"),
                        options(tls -> tls.withHandshakeTimeout(Duration.ofDays(1)))),
                Mutant.ofApi("the deadline of a handshake that is done goes on", List.of("TLS-004"),
                        new Interception().on(EventLoop.class, "connect", call -> {
                            Socket socket = (Socket) call.proceed();
                            if (call.arguments[call.arguments.length - 1] instanceof ConnectOptions options && options.tls() != null) {
                                socket.loop().timer(options.tls().handshakeTimeout(), timer -> {
                                    if (socket.tls() != null) {
                                        socket.abort();
                                    }
                                }).unref();
                            }
                            return socket;
                        })),
                Mutant.ofApi("any name will do", List.of("TLS-005"), options(TlsOptions::withoutHostnameVerification)),
                Mutant.ofApi("the loop itself computes", List.of("TLS-006"), options(tls -> tls.withExecutor(Runnable::run))),
                Mutant.ofApi("a write is done when it is made", List.of("TLS-007"), new Interception().on(Socket.class, "write", call -> {
                    if (call.arguments.length == 1) {
                        return call.proceed();
                    }
                    Socket socket = (Socket) call.target;
                    CompletionCallback done = call.argument(1);
                    socket.loop().execute(() -> complete(done, (Socket) call.self()));
                    return socket.write(call.<ByteBuffer>argument(0));
                })),
                Mutant.ofApi("a handshake that failed is not told", List.of("TLS-008"),
                        new Interception().on(Server.class, "onError", Interception.Call::self)),
                Mutant.ofApi("nothing is told of what was agreed upon", List.of("TLS-009"),
                        new Interception().on(Socket.class, "tls", call -> null)),
                Mutant.ofApi("no client is asked for a certificate", List.of("TLS-010"),
                        options(tls -> tls.withClientAuth(ClientAuth.NONE))),
                Mutant.ofApi("what breaks the rules of TLS is called something else", List.of("TLS-011", "TLS-012"),
                        Interception.errors(error -> error.kind() == ErrorKind.TLS_PROTOCOL ? otherThan(error) : error)),
                Mutant.ofApi("what could not be sent any more is called done", List.of("TLS-013"),
                        new Interception().on(CompletionCallback.class, "completed", call -> {
                            if (call.arguments[1] instanceof NetworkException error && error.kind() == ErrorKind.CONNECTION_RESET) {
                                call.arguments[1] = null;
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("each write has a record of its own", List.of("TLS-015"), apart()),
                Mutant.ofApi("what is to be secured stays in plain", List.of("TLS-017"), new Interception().on(Socket.class, "startTls",
                        call -> {
                            SocketCallback onSecure = call.argument(1);
                            ((Socket) call.target).loop().execute(() -> run(onSecure, (Socket) call.self()));
                            return call.self();
                        })),
                Mutant.ofApi("what is left in the view is forgotten", List.of("TLS-018"), new Interception().on(ReadCallback.class, "read",
                        call -> {
                            call.proceed();
                            ByteBuffer view = call.argument(1);
                            return view.position(view.limit());
                        })),
                Mutant.ofApi("a connection that could not be secured goes on in plain", List.of("TLS-019"),
                        new Interception().on(Socket.class, "startTls", call -> {
                            ((Socket) call.target).loop().timer(Duration.ofSeconds(1), timer -> ((Socket) call.target).close());
                            return call.self();
                        })),
                Mutant.ofApi("whatever a client asks for, it gets the same", List.of("TLS-021"),
                        contexts(chosen -> (name, alpn) -> chosen.contextFor(null, alpn))),
                Mutant.ofApi("who gets no context gets the system's", List.of("TLS-022"), contexts(chosen -> (name, alpn) -> {
                    SSLContext context = chosen.contextFor(name, alpn);
                    return context == null ? SSLContext.getDefault() : context;
                })),
                Mutant.ofApi("a first message that lies is called something else", List.of("TLS-023"),
                        new Interception().on(ServerErrorCallback.class, "failed", call -> {
                            call.arguments[1] = otherThan(call.argument(1));
                            return call.proceed();
                        })),
                Mutant.ofSeam("alerts are lost", List.of("TLS-014", "TLS-024"), good -> new BrokenTransport(good) {
                    @Override
                    Link link(Connection connection) {
                        return new Mute(connection);
                    }
                }),
                Mutant.ofApi("a server is told the words of the JDK", List.of("TLS-025"),
                        new Interception().on(ServerErrorCallback.class, "failed", call -> {
                            NetworkException error = call.argument(1);
                            call.arguments[1] = new NetworkException(
                                    error.kind(), error.operation(), error.host(), error.port(), (IOException) error.getCause().getCause());
                            return call.proceed();
                        })),
                Mutant.ofApi("misuse of startTls is swallowed", List.of("TLS-020"), new Interception().on(Socket.class, "startTls",
                        call -> {
                            try {
                                return call.proceed();
                            } catch (IllegalStateException e) {
                                return call.self();
                            }
                        })));
    }

    private static NetworkException otherThan(NetworkException error) {
        return new NetworkException(
                ErrorKind.OTHER, error.operation(), error.host(), error.port(), error.getCause());
    }

    /** Sends no alert whose record is to be seen as one. */
    private static final class Mute extends BrokenTransport.Link {

        Mute(Connection good) {
            super(good);
        }

        @Override
        public int offer(ByteBuffer bytes) throws IOException {
            return isAlert(bytes) ? swallow(bytes) : super.offer(bytes);
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return isAlert(bytes) ? swallow(bytes) : super.write(bytes);
        }

        private static boolean isAlert(ByteBuffer bytes) {
            return bytes.hasRemaining() && bytes.get(bytes.position()) == 21;
        }

        private static int swallow(ByteBuffer bytes) {
            int count = bytes.remaining();
            bytes.position(bytes.limit());
            return count;
        }
    }

    private static Interception contexts(UnaryOperator<TlsContexts> change) {
        return options(tls -> tls.contexts() == null ? tls : tls.withContexts(change.apply(tls.contexts())));
    }

    private static void run(SocketCallback callback, Socket socket) {
        try {
            callback.run(socket);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void complete(CompletionCallback done, Socket socket) {
        try {
            done.completed(socket, null);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Each is made a moment after the one before. */
    private static Interception apart() {
        long[] writes = new long[1];
        return new Interception().on(Socket.class, "write", call -> {
            ((Socket) call.target).loop().timer(Duration.ofMillis(writes[0]++), timer -> call.later().run());
            return true;
        });
    }

    /** Changes the options of every connection that is secured. */
    private static Interception options(TlsChange change) {
        return new Interception()
                .on(EventLoop.class, "connect", call -> {
                    int last = call.arguments.length - 1;
                    if (call.arguments[last] instanceof ConnectOptions options && options.tls() != null) {
                        call.arguments[last] = options.withTls(change.apply(options.tls()));
                    }
                    return call.proceed();
                })
                .on(EventLoop.class, "listen", call -> {
                    int options = call.arguments.length - 2;
                    if (call.arguments[options] instanceof ListenOptions given && given.tls() != null) {
                        call.arguments[options] = given.withTls(change.apply(given.tls()));
                    }
                    return call.proceed();
                });
    }

    private interface TlsChange {
        @Nullable TlsOptions apply(TlsOptions tls);
    }

    private static Interception cuttingShort() {
        Set<Object> begun = Collections.newSetFromMap(new IdentityHashMap<>());
        boolean[] cut = new boolean[1];
        return new Interception()
                .on(Socket.class, "startTls", call -> {
                    begun.add(call.target);
                    return call.proceed();
                })
                .on(Socket.class, "abort", call -> {
                    cut[0] |= begun.contains(call.target);
                    return call.proceed();
                })
                .on(Socket.class, "write", call -> {
                    if (cut[0] && !begun.contains(call.target) && call.arguments[0] instanceof byte[] bytes) {
                        call.arguments[0] = Arrays.copyOf(bytes, 100);
                    }
                    return call.proceed();
                });
    }
}
