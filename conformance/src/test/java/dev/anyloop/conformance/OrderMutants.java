package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.CompletionCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Bugs in when callbacks come, and in what misuse is. */
final class OrderMutants extends MutantTest {

    private static final Duration LATE = KitRun.SHORT.mustNotHappen().multipliedBy(2);

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("tasks run inside execute", List.of("ORDER-001", "ORDER-002", "ORDER-003"),
                        new Interception().on(EventLoop.class, "execute", call -> {
                            if (((EventLoop) call.target).inLoop() && call.arguments[0] != null) {
                                ((Runnable) call.argument(0)).run();
                                return null;
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("two tasks change places", List.of("ORDER-003"), changedPlaces()),
                Mutant.ofApi("a task of a task runs in the same turn", List.of("ORDER-004"), sameTurn()),
                Mutant.ofApi("onConnect comes twice", List.of("ORDER-005"),
                        new Interception().on(Socket.class, "onConnect", call -> {
                            SocketCallback good = call.argument(0);
                            call.arguments[0] = (SocketCallback) socket -> {
                                good.run(socket);
                                good.run(socket);
                            };
                            return call.proceed();
                        })),
                Mutant.ofApi("the close callback comes before the data", List.of("ORDER-005", "CLOSE-004"), closeFirst()),
                Mutant.ofApi("a connection is handed over late", List.of("ORDER-006", "LISTEN-010"),
                        new Interception().on(AcceptCallback.class, "accepted", call -> {
                            EventLoop loop = call.<Socket>argument(1).loop();
                            loop.timer(LATE, timer -> call.later().run());
                            return null;
                        })),
                Mutant.ofApi("a closed socket refuses to be paused", List.of("ORDER-007"),
                        new Interception().on(Socket.class, "pause", call -> {
                            if (!((Socket) call.target).isOpen()) {
                                throw new IllegalStateException("closed");
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("close takes effect in the next turn", List.of("ORDER-008", "CLOSE-005"),
                        new Interception().on(Socket.class, "close", call -> {
                            ((Socket) call.target).loop().execute(call.later());
                            return null;
                        })),
                Mutant.ofApi("replaced callbacks stay", List.of("ORDER-009"), firstCallbackStays()),
                Mutant.ofApi("a period of zero is taken for a short one", List.of("ORDER-010"),
                        new Interception().on(EventLoop.class, "interval", call -> {
                            if (Duration.ZERO.equals(call.arguments[0])) {
                                call.arguments[0] = Duration.ofMillis(1);
                            }
                            return call.proceed();
                        })),
                Mutant.ofSeam("a connect that fails at once throws", List.of("ORDER-010"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Connection connect(SocketAddress remote, @Nullable SocketAddress local,
                                    SocketOptions options, ConnectionEvents events) {
                                try {
                                    return super.connect(remote, local, options, events);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            }
                        }));
    }

    private static Interception changedPlaces() {
        int[] submitted = new int[1];
        return new Interception().on(EventLoop.class, "execute", call -> {
            if (submitted[0]++ % 2 == 0) {
                ((EventLoop) call.target).execute(call.later());
                return null;
            }
            return call.proceed();
        });
    }

    /** A hundred of them at most: this is no test of patience. */
    private static Interception sameTurn() {
        Queue<Runnable> queue = new ArrayDeque<>();
        int[] ran = new int[1];
        boolean[] inside = new boolean[1];
        return new Interception().on(EventLoop.class, "execute", call -> {
            Runnable task = call.argument(0);
            if (((EventLoop) call.target).inLoop() && inside[0] && ran[0]++ % 100 != 99) {
                queue.add(task);
                return null;
            }
            call.arguments[0] = (Runnable) () -> {
                inside[0] = true;
                for (Runnable next = task; next != null; next = queue.poll()) {
                    next.run();
                }
                inside[0] = false;
            };
            return call.proceed();
        });
    }

    private static Interception closeFirst() {
        Map<Object, CompletionCallback> untold = new IdentityHashMap<>();
        return new Interception()
                .on(Socket.class, "onClose", call -> {
                    untold.put(call.self(), call.argument(0));
                    return call.proceed();
                })
                .on(ReadCallback.class, "read", call -> {
                    CompletionCallback close = untold.remove(call.arguments[0]);
                    if (close != null) {
                        close.completed(call.argument(0), null);
                    }
                    return call.proceed();
                });
    }

    private static Interception firstCallbackStays() {
        Map<Object, Object> seen = new IdentityHashMap<>();
        return new Interception().on(Socket.class, "onRead", call ->
                seen.put(call.target, call.argument(0)) == null ? call.proceed() : call.self());
    }
}
