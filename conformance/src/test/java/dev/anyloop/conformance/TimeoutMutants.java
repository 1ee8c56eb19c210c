package dev.anyloop.conformance;

import dev.anyloop.Socket;
import dev.anyloop.TimerCallback;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Bugs of I/O timeouts. */
final class TimeoutMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("read timeouts do nothing", List.of("TIMEOUT-001"),
                        new Interception().on(Socket.class, "readTimeout", Interception.Call::self)),
                Mutant.ofApi("a read timeout runs from its call, whatever happens then",
                        List.of("CONN-004", "TIMEOUT-002", "TIMEOUT-003", "TIMEOUT-004"),
                        new Interception().on(Socket.class, "readTimeout", call -> {
                            Socket socket = (Socket) call.target;
                            Duration timeout = call.argument(0);
                            if (timeout != null) {
                                socket.loop().timer(timeout, timer -> socket.abort()).unref();
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("writing puts off the read timeout", List.of("TIMEOUT-003"), reArmedByWriting()),
                Mutant.ofApi("write timeouts do nothing", List.of("TIMEOUT-005"),
                        new Interception().on(Socket.class, "writeTimeout", Interception.Call::self)),
                Mutant.ofApi("null does not clear a timeout", List.of("TIMEOUT-006"),
                        new Interception().on(Socket.class, "readTimeout", call ->
                                call.arguments[0] == null ? call.self() : call.proceed())),
                Mutant.ofApi("who comes back late from a callback finds sockets timed out", List.of("TIMEOUT-007"), hasty()),
                Mutant.ofApi("a timeout fires although the socket was closed", List.of("TIMEOUT-008"),
                        // It is left to them, so that none is too late on a slow machine.
                        new Interception().on(Socket.class, "close", call -> null)),
                Mutant.ofApi("a graceful close is not bounded", List.of("CLOSE-002"),
                        Interception.socketOptions(options -> options.withCloseTimeout(Duration.ofDays(1)))));
    }

    private static Interception reArmedByWriting() {
        Map<Object, Duration> timeouts = new IdentityHashMap<>();
        return new Interception()
                .on(Socket.class, "readTimeout", call -> {
                    timeouts.put(call.target, call.argument(0));
                    return call.proceed();
                })
                .on(Socket.class, "write", call -> {
                    ((Socket) call.target).readTimeout(timeouts.get(call.target));
                    return call.proceed();
                });
    }

    /** Looks at the clock when a timer's callback is over, before it looks at the sockets. */
    private static Interception hasty() {
        Map<Socket, Long> deadlines = new IdentityHashMap<>();
        return new Interception()
                .on(Socket.class, "readTimeout", call -> {
                    if (call.arguments[0] instanceof Duration timeout) {
                        deadlines.put((Socket) call.target, BrokenKit.ground().world().nanoTime() + timeout.toNanos());
                    }
                    return call.proceed();
                })
                .on(TimerCallback.class, "run", call -> {
                    call.proceed();
                    deadlines.forEach((socket, deadline) -> {
                        if (deadline - BrokenKit.ground().world().nanoTime() < 0) {
                            socket.abort();
                        }
                    });
                    return null;
                });
    }
}
