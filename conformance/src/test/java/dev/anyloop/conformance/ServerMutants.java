package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Bugs of servers, threads and tasks. */
final class ServerMutants {

    private ServerMutants() {}

    static List<Mutant> all() {
        return List.of(
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
                Mutant.ofApi("tasks run inside execute", List.of("ORDER-003"),
                        new Interception().on(EventLoop.class, "execute", call -> {
                            if (((EventLoop) call.target).inLoop() && call.arguments[0] != null) {
                                ((Runnable) call.argument(0)).run();
                                return null;
                            }
                            return call.proceed();
                        })),
                Mutant.ofSeam("another thread does not wake the loop", List.of("THREAD-003"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public void wakeup() {}
                        }),
                Mutant.ofApi("tasks are taken after close", List.of("THREAD-004"),
                        new Interception().on(EventLoop.class, "execute", call -> {
                            try {
                                return call.proceed();
                            } catch (RejectedExecutionException swallowed) {
                                return null;
                            }
                        })),
                Mutant.ofApi("other threads may do anything", List.of("THREAD-001"), anyThread()),
                Mutant.ofApi("a hold is let go only in the loop", List.of("LOOP-014"),
                        new Interception().on(Hold.class, "release", call -> null)),
                Mutant.ofSeam("the loop does not wait but spins", List.of("TIMER-007"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public boolean poll(long timeoutNanos) throws IOException {
                                return super.poll(0);
                            }
                        }));
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

    /** A timer made elsewhere hops to the loop instead of being refused. */
    private static Interception anyThread() {
        return new Interception().on(EventLoop.class, "timer", call -> {
            EventLoop loop = (EventLoop) call.target;
            if (loop.inLoop()) {
                return call.proceed();
            }
            ((Executor) loop).execute(() -> loop.timer(call.argument(0), call.argument(1)));
            return null;
        });
    }
}
