package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bugs of sockets, where the user calls them and is called. */
final class SocketMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        List<Mutant> all = new ArrayList<>();
        all.addAll(reading());
        all.addAll(ending());
        all.addAll(closing());
        return all;
    }

    private static List<Mutant> reading() {
        return List.of(
                Mutant.ofApi("an empty view comes first", List.of("READ-001"), reads((good, socket, data) -> {
                    good.read(socket, ByteBuffer.allocate(0));
                    good.read(socket, data);
                })),
                Mutant.ofApi("nothing is read for a socket that does not listen", List.of("READ-008"),
                        new Interception()
                                .on(EventLoop.class, "connect", call -> ((Socket) call.proceed()).pause())
                                .on(AcceptCallback.class, "accepted", call -> {
                                    call.<Socket>argument(1).pause();
                                    return call.proceed();
                                })
                                .on(Socket.class, "onRead", call -> {
                                    ((Socket) call.target).resume();
                                    return call.proceed();
                                })),
                Mutant.ofApi("a kept view goes on showing bytes", List.of("READ-002"), reads((good, socket, data) ->
                        good.read(socket, ByteBuffer.allocate(data.remaining()).put(data).flip()))),
                Mutant.ofApi("what is left unread comes again", List.of("READ-010"), rereads()),
                Mutant.ofApi("the peer's end is not told", List.of("HALF-001"), silent("onEnd")),
                Mutant.ofApi("pause does nothing", List.of("READ-006", "READ-007", "ORDER-008"),
                        new Interception().on(Socket.class, "pause", Interception.Call::self)));
    }

    private static List<Mutant> ending() {
        return List.of(
                Mutant.ofApi("an end is not answered", List.of("HALF-002"),
                        Interception.socketOptions(options -> options.withAllowHalfOpen(true))),
                Mutant.ofApi("every end is answered", List.of("HALF-003"),
                        Interception.socketOptions(options -> options.withAllowHalfOpen(false))),
                Mutant.ofApi("end closes both directions", List.of("HALF-004", "HALF-006"),
                        new Interception().on(Socket.class, "end", call -> {
                            ((Socket) call.target).close();
                            return null;
                        })));
    }

    private static List<Mutant> closing() {
        return List.of(
                Mutant.ofApi("close drops what is not yet sent", List.of("CLOSE-001", "TLS-014"),
                        new Interception().on(Socket.class, "close", call -> {
                            ((Socket) call.target).abort();
                            return null;
                        })),
                Mutant.ofApi("the close callback does not come", List.of("CLOSE-004"), silent("onClose")),
                Mutant.ofApi("the close callback comes twice", List.of("CLOSE-004"),
                        new Interception().on(Socket.class, "onClose", call -> {
                            CompletionCallback good = call.argument(0);
                            call.arguments[0] = (CompletionCallback) (socket, error) -> {
                                good.completed(socket, error);
                                good.completed(socket, error);
                            };
                            return call.proceed();
                        })),
                Mutant.ofApi("the close callback hides the error", List.of("CLOSE-002", "CLOSE-004"),
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
                Mutant.ofApi("abort waits for what is pending", List.of("CLOSE-001", "CLOSE-005", "TLS-014"),
                        new Interception().on(Socket.class, "abort", call -> {
                            ((Socket) call.target).close();
                            return null;
                        })));
    }

    /** A callback that is taken and forgotten. */
    static Interception silent(String setter) {
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
}
