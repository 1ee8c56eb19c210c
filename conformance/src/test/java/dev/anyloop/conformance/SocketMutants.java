package dev.anyloop.conformance;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Bugs of sockets, where the user calls them and is called. */
final class SocketMutants {

    private SocketMutants() {}

    static List<Mutant> all() {
        List<Mutant> all = new ArrayList<>();
        all.addAll(connecting());
        all.addAll(reading());
        all.addAll(writing());
        all.addAll(timeouts());
        all.addAll(closing());
        return all;
    }

    private static List<Mutant> connecting() {
        return List.of(
                Mutant.ofApi("onConnect comes twice", List.of("ORDER-005"),
                        new Interception().on(Socket.class, "onConnect", call -> {
                            SocketCallback good = call.argument(0);
                            call.arguments[0] = (SocketCallback) socket -> {
                                good.run(socket);
                                good.run(socket);
                            };
                            return call.proceed();
                        })),
                Mutant.ofApi("a refused connect is reported as a close only", List.of("CONN-001"), silent("onError")),
                Mutant.ofApi("the connect timeout is forgotten", List.of("CONN-003"),
                        new Interception().on(EventLoop.class, "connect", call -> {
                            int last = call.arguments.length - 1;
                            if (call.arguments[last] instanceof ConnectOptions options) {
                                call.arguments[last] = options.withConnectTimeout(Duration.ofDays(1));
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("what is written before the connection is lost", List.of("CONN-011"),
                        new Interception().on(Socket.class, "write", call ->
                                ((Socket) call.target).remoteAddress() == null ? true : call.proceed())),
                Mutant.ofApi("addresses are forgotten after close", List.of("CONN-012"),
                        new Interception()
                                .on(Socket.class, "remoteAddress", call ->
                                        ((Socket) call.target).isOpen() ? call.proceed() : null)
                                .on(Socket.class, "localAddress", call ->
                                        ((Socket) call.target).isOpen() ? call.proceed() : null)));
    }

    private static List<Mutant> reading() {
        return List.of(
                Mutant.ofApi("a kept view goes on showing bytes", List.of("READ-002"), reads((good, socket, data) ->
                        good.read(socket, ByteBuffer.allocate(data.remaining()).put(data).flip()))),
                Mutant.ofApi("what is left unread comes again", List.of("READ-010"), rereads()),
                Mutant.ofApi("the peer's end is not told", List.of("HALF-001"), silent("onEnd")),
                Mutant.ofApi("replaced callbacks stay", List.of("ORDER-009"), firstCallbackStays()),
                Mutant.ofApi("pause does nothing", List.of("READ-006", "READ-007", "ORDER-008"),
                        new Interception().on(Socket.class, "pause", Interception.Call::self)));
    }

    private static List<Mutant> writing() {
        return List.of(
                Mutant.ofApi("text is sent in Latin-1", List.of("WRITE-012"),
                        new Interception().on(Socket.class, "write", call -> call.arguments[0] instanceof CharSequence text
                                ? ((Socket) call.target).write(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                                : call.proceed())),
                Mutant.ofApi("a written buffer is not consumed", List.of("WRITE-002"),
                        new Interception().on(Socket.class, "write", call -> {
                            if (call.arguments[0] instanceof ByteBuffer bytes) {
                                call.arguments[0] = bytes.duplicate();
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("what is written after close throws", List.of("WRITE-006"),
                        new Interception().on(Socket.class, "write", call -> {
                            if (!((Socket) call.target).isOpen()) {
                                throw new IllegalStateException("closed");
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("write never says that the queue is full", List.of("WRITE-008"),
                        new Interception().on(Socket.class, "write", call -> {
                            boolean open = ((Socket) call.target).isOpen();
                            call.proceed();
                            return open;
                        })),
                Mutant.ofApi("drain is never told", List.of("WRITE-009"), silent("onDrain")),
                Mutant.ofApi("pendingBytes is always 0", List.of("WRITE-010"),
                        new Interception().on(Socket.class, "pendingBytes", call -> 0L)),
                Mutant.ofApi("completions run inside write", List.of("WRITE-004"),
                        new Interception().on(Socket.class, "write", call -> {
                            if (call.arguments.length == 2 && ((Socket) call.target).isOpen()) {
                                CompletionCallback done = call.argument(1);
                                done.completed((Socket) call.self(), null);
                                call.arguments[1] = (CompletionCallback) (socket, error) -> { };
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("failed writes complete as if they were sent", List.of("WRITE-005"),
                        new Interception().on(Socket.class, "write", call -> {
                            if (call.arguments.length == 2) {
                                CompletionCallback done = call.argument(1);
                                call.arguments[1] =
                                        (CompletionCallback) (socket, error) -> done.completed(socket, null);
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("end closes both directions", List.of("HALF-004", "HALF-006"),
                        new Interception().on(Socket.class, "end", call -> {
                            ((Socket) call.target).close();
                            return null;
                        })));
    }

    private static List<Mutant> timeouts() {
        return List.of(
                Mutant.ofApi("read timeouts do nothing", List.of("TIMEOUT-001"),
                        new Interception().on(Socket.class, "readTimeout", Interception.Call::self)),
                Mutant.ofApi("write timeouts do nothing", List.of("TIMEOUT-005"),
                        new Interception().on(Socket.class, "writeTimeout", Interception.Call::self)),
                Mutant.ofApi("null does not clear a timeout", List.of("TIMEOUT-006"),
                        new Interception().on(Socket.class, "readTimeout", call ->
                                call.arguments[0] == null ? call.self() : call.proceed())),
                Mutant.ofApi("a read timeout runs on while the socket is paused", List.of("TIMEOUT-004"),
                        new Interception().on(Socket.class, "readTimeout", call -> {
                            Socket socket = (Socket) call.target;
                            Duration timeout = call.argument(0);
                            if (timeout != null) {
                                socket.loop().timer(timeout, timer -> socket.abort()).unref();
                            }
                            return call.proceed();
                        })));
    }

    private static List<Mutant> closing() {
        return List.of(
                Mutant.ofApi("close drops what is not yet sent", List.of("CLOSE-001"),
                        new Interception().on(Socket.class, "close", call -> {
                            ((Socket) call.target).abort();
                            return null;
                        })),
                Mutant.ofApi("the close callback comes twice", List.of("CLOSE-004"),
                        new Interception().on(Socket.class, "onClose", call -> {
                            CompletionCallback good = call.argument(0);
                            call.arguments[0] = (CompletionCallback) (socket, error) -> {
                                good.completed(socket, error);
                                good.completed(socket, error);
                            };
                            return call.proceed();
                        })),
                Mutant.ofApi("the close callback hides the error", List.of("CLOSE-004"),
                        new Interception().on(Socket.class, "onClose", call -> {
                            CompletionCallback good = call.argument(0);
                            call.arguments[0] = (CompletionCallback) (socket, error) -> good.completed(socket, null);
                            return call.proceed();
                        })),
                Mutant.ofApi("a second close throws", List.of("CLOSE-005"),
                        new Interception().on(Socket.class, "close", call -> {
                            if (!((Socket) call.target).isOpen()) {
                                throw new IllegalStateException("closed already");
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("abort waits for what is pending", List.of("CLOSE-001", "CLOSE-005"),
                        new Interception().on(Socket.class, "abort", call -> {
                            ((Socket) call.target).close();
                            return null;
                        })));
    }

    /** A callback that is taken and forgotten. */
    private static Interception silent(String setter) {
        return new Interception().on(Socket.class, setter, call -> {
            if (call.arguments[0] instanceof ErrorCallback) {
                call.arguments[0] = (ErrorCallback) (socket, error) -> { };
                return call.proceed();
            }
            return call.self();
        });
    }

    @FunctionalInterface
    private interface Reading {
        void read(ReadCallback good, Socket socket, ByteBuffer data) throws Exception;
    }

    private static Interception reads(Reading reading) {
        return new Interception().on(Socket.class, "onRead", call -> {
            ReadCallback good = call.argument(0);
            call.arguments[0] = (ReadCallback) (socket, data) -> reading.read(good, socket, data);
            return call.proceed();
        });
    }

    private static Interception rereads() {
        return reads((good, socket, data) -> {
            good.read(socket, data);
            if (data.hasRemaining()) {
                good.read(socket, data);
            }
        });
    }

    private static Interception firstCallbackStays() {
        List<Object> seen = new ArrayList<>();
        return new Interception().on(Socket.class, "onRead", call -> {
            if (seen.contains(call.target)) {
                return call.self();
            }
            seen.add(call.target);
            return call.proceed();
        });
    }
}
