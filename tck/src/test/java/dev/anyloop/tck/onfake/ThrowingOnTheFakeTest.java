package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Where what callbacks throw ends up (LOOP-011): the loop is run and closed apart, to see which of them throws. */
class ThrowingOnTheFakeTest extends OnTheFake {

    private final IllegalStateException first = new IllegalStateException("first");
    private final IllegalStateException second = new IllegalStateException("second");
    private EventLoop loop;

    @BeforeEach
    void openALoop() {
        loop = fake.open(LoopOptions.defaults());
    }

    @AfterEach
    void closeTheLoop() {
        loop.close();
    }

    private void later(long millis, Exception thrown) {
        loop.timer(Duration.ofMillis(millis), timer -> {
            throw thrown;
        });
    }

    @Rule("LOOP-011")
    void bothFormsOfRunThrowWhatACallbackThrowsOnceAndCanBeCalledAgain() {
        later(1, first);
        assertSame(first, assertThrows(IllegalStateException.class, loop::run));
        assertSame(second, assertThrows(IllegalStateException.class, () -> loop.run(init -> {
            throw second;
        })));
        loop.run(init -> note("again"));
        assertEquals(List.of("again@1"), log);
        assertEquals(0, first.getSuppressed().length + second.getSuppressed().length);
    }

    @Rule("LOOP-011")
    void anErrorIsThrownAsItIsAndACheckedExceptionInsideAnother() {
        Error error = new Error("an error");
        assertSame(error, assertThrows(Error.class, () -> loop.run(init -> {
            throw error;
        })));
        Exception checked = new Exception("checked");
        assertSame(checked, assertThrows(CompletionException.class, () -> loop.run(init -> {
            throw checked;
        })).getCause());
    }

    @Rule("LOOP-011")
    void whatTheHandlerThrowsIsThrownWithItsReasonAttached() {
        loop.onUncaught((l, thrown) -> {
            throw second;
        });
        assertSame(second, assertThrows(IllegalStateException.class, () -> loop.run(init -> {
            throw first;
        })));
        assertEquals(List.of(first), List.of(second.getSuppressed()));
    }

    @Rule("LOOP-011")
    void aHandlerMayThrowOnWhatItWasGiven() {
        loop.onUncaught((l, thrown) -> {
            throw (Exception) thrown;
        });
        assertSame(first, assertThrows(IllegalStateException.class, () -> loop.run(init -> {
            throw first;
        })));
        assertEquals(0, first.getSuppressed().length);
    }

    /** The close callbacks run although one of them throws. */
    @Rule({"LOOP-009", "LOOP-011"})
    void closeThrowsTheFirstThatItsCallbacksThrowWithTheOthersAttached() {
        loop.run(init -> {
            for (RuntimeException thrown : List.of(first, second, first)) {
                loop.listen("10.0.0.2", 0, (server, s) -> {}).unref().onClose(server -> {
                    note("close");
                    throw thrown;
                });
            }
        });
        assertSame(first, assertThrows(IllegalStateException.class, loop::close));
        assertEquals(List.of(second), List.of(first.getSuppressed()));
        assertEquals(List.of("close@0", "close@0", "close@0"), log);
    }

    @Rule("LISTEN-008")
    void anAcceptCallbackThatThrowsCostsItsConnection() {
        loop.onUncaught((l, thrown) -> note(thrown.getMessage()));
        loop.run(init -> {
            loop.listen("10.0.0.2", 9000, (server, s) -> {
                logged(s);
                if (log.isEmpty()) {
                    throw first;
                }
                server.close();
            });
            fake.transport().acceptor(0).connect();
            fake.transport().acceptor(0).connect();
            at(loop, 5, l -> {
                assertTrue(connection(0).peer().sawEnd(), "the first");
                assertTrue(!connection(1).peer().sawEnd(), "the second");
                loop.close();
            });
        });
        assertEquals(List.of("first@0", "close@0", "close@5"), log);
    }

    @Rule({"LOOP-011", "ORDER-005"})
    void aSocketWhoseCallbackThrowsGoesOn() {
        loop.onUncaught((l, thrown) -> note(thrown.getMessage()));
        loop.run(init -> {
            connect(loop, SocketOptions.defaults()).onConnect(s -> {
                throw first;
            }).onRead((s, data) -> {
                note("data " + data.get());
                throw second;
            }).onEnd(s -> note("end"));
            at(loop, 5, l -> peer().send(new byte[] {1}));
            at(loop, 6, l -> peer().send(new byte[] {2}).end());
        });
        assertEquals(List.of("first@0", "data 1@5", "second@5", "data 2@6", "second@6", "end@6", "close@6"), log);
    }
}
