package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import java.util.List;

/** Bugs in what is said when something goes wrong. */
final class ErrorMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("addresses are described with a slash", List.of("ERR-001"),
                        new Interception().on(EventLoop.class, "describe", call ->
                                ((String) call.proceed()).replace(" 127.", " /127."))),
                Mutant.ofApi("a reset has no kind of its own", List.of("ERR-002", "READ-005", "WRITE-007"),
                        called(ErrorKind.CONNECTION_RESET, ErrorKind.OTHER)),
                Mutant.ofApi("an error nobody listens to is not logged", List.of("ERR-004"),
                        new Interception()
                                .on(EventLoop.class, "connect", call ->
                                        ((Socket) call.proceed()).onError((socket, error) -> { }))
                                .on(AcceptCallback.class, "accepted", call -> {
                                    call.<Socket>argument(1).onError((socket, error) -> { });
                                    return call.proceed();
                                })),
                Mutant.ofApi("misuse is refused without a word", List.of("ERR-005"),
                        new Interception().on(EventLoop.class, "interval", call -> {
                            try {
                                return call.proceed();
                            } catch (IllegalArgumentException e) {
                                throw new IllegalArgumentException();
                            }
                        })));
    }

    static Interception called(ErrorKind kind, ErrorKind other) {
        return Interception.errors(error -> error.kind() != kind ? error : new NetworkException(
                other, error.operation(), error.host(), error.port(), error.getCause()));
    }
}
