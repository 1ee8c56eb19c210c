package dev.anyloop.conformance;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.TimerCallback;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bugs in sending. */
final class WriteMutants extends MutantTest {

    private static final int CHUNK = 65_536;

    @Override
    List<Mutant> mutants() {
        int[] writes = new int[1];
        return List.of(
                Mutant.ofApi("a socket drains in the place of one that was aborted", List.of("WRITE-009"), inheritedDrains()),
                writes("one write in five is overtaken", List.of("WRITE-001"), call -> {
                    if (++writes[0] % 5 == 0) {
                        return later(call);
                    }
                    return call.proceed();
                }),
                writes("a large write is cut", List.of("WRITE-001"), call -> {
                    if (call.arguments[0] instanceof byte[] bytes && bytes.length > CHUNK) {
                        call.arguments[0] = Arrays.copyOf(bytes, CHUNK);
                    }
                    return call.proceed();
                }),
                writes("a written buffer is not consumed", List.of("WRITE-002"), call -> {
                    if (call.arguments[0] instanceof ByteBuffer bytes) {
                        call.arguments[0] = bytes.duplicate();
                    }
                    return call.proceed();
                }),
                writes("an empty write completes out of its place", List.of("WRITE-003"), call -> {
                    if (call.arguments.length == 2 && !call.<ByteBuffer>argument(0).hasRemaining()) {
                        Socket socket = (Socket) call.target;
                        CompletionCallback done = call.argument(1);
                        socket.loop().timer(Duration.ZERO, timer -> done.completed(socket, null));
                        return true;
                    }
                    return call.proceed();
                }),
                writes("completions run inside write", List.of("WRITE-004", "ORDER-001"), call -> {
                    if (call.arguments.length == 2 && ((Socket) call.target).isOpen()) {
                        CompletionCallback done = call.argument(1);
                        done.completed((Socket) call.self(), null);
                        call.arguments[1] = (CompletionCallback) (socket, error) -> { };
                    }
                    return call.proceed();
                }),
                writes("failed writes complete as if they were sent", List.of("WRITE-005", "CONN-008"), call -> {
                    if (call.arguments.length == 2) {
                        CompletionCallback done = call.argument(1);
                        call.arguments[1] = (CompletionCallback) (socket, error) -> done.completed(socket, null);
                    }
                    return call.proceed();
                }),
                writes("what is written after close throws", List.of("WRITE-006"), call -> {
                    if (!((Socket) call.target).isOpen()) {
                        throw new IllegalStateException("closed");
                    }
                    return call.proceed();
                }),
                writes("what is written after close is passed over in silence", List.of("WRITE-006"), call ->
                        ((Socket) call.target).isOpen() ? call.proceed() : false),
                writes("write never says that the queue is full", List.of("WRITE-008"), call -> {
                    boolean open = ((Socket) call.target).isOpen();
                    call.proceed();
                    return open;
                }),
                writes("write always says that the queue is full", List.of("WRITE-008"), call -> {
                    call.proceed();
                    return false;
                }),
                Mutant.ofApi("drain is never told", List.of("WRITE-009"), SocketMutants.silent("onDrain")),
                Mutant.ofApi("pendingBytes is always 0", List.of("WRITE-010"),
                        new Interception().on(Socket.class, "pendingBytes", call -> 0L)),
                writes("a write leaves in the next turn", List.of("WRITE-011"), WriteMutants::later),
                writes("text is sent in Latin-1", List.of("WRITE-012"), call ->
                        call.arguments[0] instanceof CharSequence text
                        ? ((Socket) call.target).write(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                        : call.proceed()),
                Mutant.ofSeam("small writes are held back", List.of("WRITE-013"), good -> new Delaying(good, true)),
                Mutant.ofSeam("small writes are never held back", List.of("WRITE-013", "LISTEN-011"),
                        good -> new Delaying(good, false)),
                Mutant.ofApi("what a timer writes stays where it is", List.of("WRITE-014"), keptByTimers()));
    }

    private static Mutant writes(String bug, List<String> rules, Interception.Advice advice) {
        return Mutant.ofApi(bug, rules, new Interception().on(Socket.class, "write", advice));
    }

    private static Object later(Interception.Call call) {
        ((Socket) call.target).loop().execute(call.later());
        return true;
    }

    private static Interception keptByTimers() {
        boolean[] inTimer = new boolean[1];
        return new Interception()
                .on(TimerCallback.class, "run", call -> {
                    inTimer[0] = true;
                    try {
                        return call.proceed();
                    } finally {
                        inTimer[0] = false;
                    }
                })
                .on(Socket.class, "write", call -> inTimer[0] ? true : call.proceed());
    }

    /** Whatever it is told. */
    private static final class Delaying extends BrokenTransport {
        private final boolean delay;

        Delaying(Transport good, boolean delay) {
            super(good);
            this.delay = delay;
        }

        @Override
        public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options,
                ConnectionEvents events) throws IOException {
            return super.connect(remote, local, options.withNoDelay(!delay), events);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            return super.listen(local, options.withSocket(options.socket().withNoDelay(!delay)), events);
        }
    }

    private static Interception inheritedDrains() {
        boolean[] owed = new boolean[1];
        Map<Socket, SocketCallback> drains = new IdentityHashMap<>();
        return new Interception()
                .on(Socket.class, "abort", call -> {
                    owed[0] |= ((Socket) call.target).pendingBytes() > 4 * CHUNK;
                    return call.proceed();
                })
                .on(Socket.class, "onDrain", call -> {
                    drains.put((Socket) call.target, call.argument(0));
                    return call.proceed();
                })
                .on(Socket.class, "write", call -> {
                    Socket socket = (Socket) call.target;
                    SocketCallback drain = drains.get(socket);
                    if (owed[0] && drain != null && socket.remoteAddress() != null && socket.pendingBytes() == 0) {
                        owed[0] = false;
                        socket.loop().timer(Duration.ZERO, timer -> drain.run(socket));
                    }
                    return call.proceed();
                });
    }
}
