package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.core.Loops;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeConnection;
import dev.anyloop.tck.rules.SocketChapter;
import dev.anyloop.tck.run.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which addresses of a name are tried when, and what becomes of those that lose (CONN-009, CONN-010). */
class RacingOnTheFakeTest extends OnTheFake {

    private static final ConnectOptions DEFAULTS = ConnectOptions.defaults();

    private final WatchedTransport transport = new WatchedTransport(fake.clock());
    private @Nullable NetworkException error;
    private @Nullable String starving; // an address that there is no memory to try

    /** What happens in the race, from when the name has been resolved and the first attempt begun. */
    @FunctionalInterface
    private interface Script {
        void run(EventLoop loop, Socket socket);
    }

    /** Notes the attempts by the last part of their addresses. */
    private void race(ConnectOptions options, List<String> addresses, Script script) {
        transport.onConnect = remote -> {
            note(last(remote));
            if (last(remote).equals(starving)) {
                throw new OutOfMemoryError("none for an attempt");
            }
        };
        LoopOptions resolving = SocketChapter.resolving(name -> SocketChapter.addresses(addresses.toArray(String[]::new)));
        try (EventLoop loop = Loops.open("fake", resolving, transport, fake.clock())) {
            loop.run(init -> {
                Socket socket = loop.connect("many.test", 80, options);
                logged(socket)
                        .onConnect(s -> note("connect " + last(s.remoteAddress())))
                        .onError((s, failure) -> {
                            error = failure;
                            note("error " + failure.kind());
                        });
                Await.until(Limits.defaults().mustHappen(), () -> loop.stats().queuedTasks() > 0, () -> "no answer");
                loop.execute(() -> script.run(loop, socket));
            });
        }
    }

    /** By default options, to as many addresses. */
    private void race(int count, Script script) {
        race(DEFAULTS, List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4").subList(0, count), script);
    }

    private static String last(@Nullable SocketAddress address) {
        return ((InetSocketAddress) Objects.requireNonNull(address)).getAddress().getHostAddress().replaceAll(".*[.:]", "");
    }

    private FakeConnection attempt(int number) {
        return transport.fake.connection(number - 1);
    }

    private Throwable cause() {
        return Objects.requireNonNull(error).getCause();
    }

    @Rule("CONN-010")
    void theNextAddressIsTriedAQuarterOfASecondLater() {
        race(4, (loop, socket) -> at(loop, 600, l -> {
            attempt(3).complete();
            socket.onConnect(Socket::close);
        }));
        assertEquals(List.of("1@0", "2@250", "3@500", "close@600"), log);
    }

    @Rule("CONN-010")
    void theNextAddressIsTriedAtOnceWhenOneHasFailed() {
        race(4, (loop, socket) -> {
            at(loop, 100, l -> attempt(1).fail(new IOException("no")));
            at(loop, 370, l -> attempt(3).fail(new IOException("no")));
            at(loop, 400, l -> socket.abort());
        });
        assertEquals(List.of("1@0", "2@100", "3@350", "4@370", "close@400"), log);
    }

    @Rule({"CONN-010", "CONN-012"})
    void whoeverConnectsFirstWinsAndTheOthersAreReleased() {
        race(4, (loop, socket) -> at(loop, 600, l -> {
            attempt(1).complete();
            socket.onRead((s, data) -> {
                note("data " + data.remaining());
                assertTrue(attempt(2).isClosing() && attempt(3).isClosing());
                s.write(data);
                s.end();
            });
            attempt(1).peer().send(new byte[5]);
            at(loop, 300, later -> {
                assertArrayEquals(new byte[5], attempt(1).peer().read(10));
                attempt(1).peer().end();
            });
        }));
        assertEquals(List.of("1@0", "2@250", "3@500", "connect 1@600", "data 5@600", "close@900"), log);
    }

    @Rule({"CONN-010", "CONN-009"})
    void ofTwoThatConnectAtTheSameTimeOneWins() {
        race(3, (loop, socket) -> at(loop, 300, l -> {
            attempt(1).complete();
            attempt(2).complete();
            at(loop, 700, later -> {
                assertTrue(attempt(2).isClosing());
                socket.close();
            });
        }));
        assertEquals(List.of("1@0", "2@250", "connect 1@300", "close@1000"), log);
    }

    @Rule({"CONN-009", "CONN-010", "CONN-002"})
    void whenTheLastHasFailedTheFirstFailureIsTheCause() {
        List<IOException> failures = List.of(new IOException("1st"), new IOException("2nd"), new IOException("3rd"));
        race(3, (loop, socket) -> {
            at(loop, 300, l -> attempt(2).fail(failures.get(0)));
            at(loop, 600, l -> attempt(1).fail(failures.get(1)));
            at(loop, 900, l -> attempt(3).fail(failures.get(2)));
        });
        assertEquals(List.of("1@0", "2@250", "3@300", "error OTHER@900", "close OTHER@900"), log);
        assertSame(failures.get(0), cause());
        assertEquals(failures.subList(1, 3), List.of(cause().getSuppressed()));
    }

    @Rule({"CONN-004", "CONN-009", "CONN-010"})
    void theConnectTimeoutEndsAllAttemptsAndTellsWhatFailedBefore() {
        IOException refused = new IOException("no");
        race(3, (loop, socket) -> at(loop, 300, l -> attempt(1).fail(refused)));
        assertEquals(List.of("1@0", "2@250", "3@300", "error CONNECT_TIMEOUT@30000", "close CONNECT_TIMEOUT@30000"), log);
        assertInstanceOf(SocketTimeoutException.class, cause());
        assertEquals(List.of(refused), List.of(cause().getSuppressed()));
    }

    @Rule("CONN-010")
    void theFamiliesTakeTurnsBeginningWithThatOfTheFirst() {
        race(DEFAULTS, List.of("::1", "::2", "::3", "10.0.0.4", "::5", "10.0.0.6"), (loop, socket) ->
                at(loop, 1_300, l -> socket.abort()));
        assertEquals(List.of("1@0", "4@250", "2@500", "6@750", "3@1000", "5@1250", "close@1300"), log);
    }

    @Rule("CONN-010")
    void whatOneFamilyHasMoreOfComesLast() {
        race(DEFAULTS, List.of("10.0.0.1", "::2", "::3", "::4"), (loop, socket) -> at(loop, 800, l -> socket.abort()));
        assertEquals(List.of("1@0", "2@250", "3@500", "4@750", "close@800"), log);
    }

    @Rule("CONN-010")
    void attemptsFromOneLocalPortWaitForEachOther() {
        ConnectOptions fromOnePort = DEFAULTS.withLocalAddress(new InetSocketAddress("10.0.0.9", 1_234));
        race(fromOnePort, List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"), (loop, socket) -> {
            at(loop, 1_000, l -> {
                transport.fake.holdCloses(true);
                attempt(1).fail(new IOException("no"));
            });
            at(loop, 1_500, l -> transport.fake.holdCloses(false));
            at(loop, 3_000, l -> socket.close());
        });
        assertEquals(List.of("1@0", "2@1500", "close@3000"), log);
    }

    @Rule("CONN-010")
    void attemptsFromAnyPortOfALocalAddressRace() {
        ConnectOptions fromAnyPort = DEFAULTS.withLocalAddress(new InetSocketAddress("10.0.0.9", 0));
        race(fromAnyPort, List.of("10.0.0.1", "10.0.0.2"), (loop, socket) -> at(loop, 300, l -> socket.close()));
        assertEquals(List.of("1@0", "2@250", "close@300"), log);
    }

    @Rule({"CONN-010", "CONN-008"})
    void noAttemptBeginsAfterCloseWhichComesWhenAllAreReleased() {
        closedBy(Socket::close);
    }

    @Rule({"CONN-010", "CONN-008"})
    void norAfterAbort() {
        closedBy(Socket::abort);
    }

    @Rule({"CONN-010", "LOOP-015"})
    void norAfterTheShutdownOfTheLoop() {
        closedBy(socket -> socket.loop().shutdown(Duration.ofSeconds(5)));
    }

    @Rule({"CONN-010", "LOOP-009"})
    void allAttemptsAreReleasedWhenTheLoopCloses() {
        race(4, (loop, socket) -> at(loop, 300, EventLoop::close));
        assertEquals(List.of("1@0", "2@250", "close@300"), log);
        assertTrue(transport.fake.isClosed());
    }

    private void closedBy(Consumer<Socket> way) {
        race(4, (loop, socket) -> at(loop, 300, l -> {
            transport.fake.holdCloses(true);
            way.accept(socket);
            at(loop, 700, later -> transport.fake.holdCloses(false));
        }));
        assertEquals(List.of("1@0", "2@250", "close@1000"), log);
    }

    @Rule("CONN-010")
    void aLoopThatComesLateLooksFirstWhetherOneHasConnected() {
        race(2, (loop, socket) -> {
            Socket slow = loop.connect("10.0.0.9", 80);
            attempt(2).complete();
            slow.onRead((s, data) -> {
                attempt(1).complete();
                advance(400);
                slow.abort();
            });
            at(loop, 100, l -> attempt(2).peer().send("x"));
            at(loop, 700, l -> socket.abort());
        });
        assertEquals(List.of("1@0", "9@0", "connect 1@500", "close@700"), log);
    }

    @Rule({"CONN-010", "CONN-009"})
    void anAddressThatFailsInTheCallHoldsUpNobody() {
        race(4, (loop, socket) -> {
            transport.onConnect = remote -> {
                note(last(remote));
                if (!last(remote).equals("4")) {
                    throw new IOException("no");
                }
            };
            at(loop, 300, l -> socket.abort());
        });
        assertEquals(List.of("1@0", "2@250", "3@250", "4@250", "close@300"), log);
    }

    /** For example because there is no memory. */
    @Rule("ORDER-010")
    void aConnectThatThrowsLeavesNothingBehind() {
        transport.onConnect = remote -> {
            throw new OutOfMemoryError("as if");
        };
        try (EventLoop loop = Loops.open("fake", LoopOptions.defaults(), transport, fake.clock())) {
            loop.run(init -> assertThrows(OutOfMemoryError.class, () -> loop.connect("10.0.0.1", 80)));
            assertEquals(0, now());
            assertEquals(0, loop.stats().connectingSockets() + loop.stats().closingSockets());
            assertTrue(!loop.describe().contains("socket to"), loop.describe());
        }
    }

    // ---- want of memory ----

    @Rule({"RES-008", "CONN-009"})
    void whoeverHasNoMemoryToTryTheFirstAddressFails() {
        starving = "1";
        race(2, (loop, socket) -> { });
        assertStarved(0, "1@0");
    }

    @Rule({"RES-008", "CONN-009"})
    void whoeverHasNoMemoryToTryTheNextAddressWhenOneHasFailedFails() {
        starving = "2";
        race(2, (loop, socket) -> at(loop, 100, l -> attempt(1).fail(new IOException("no"))));
        assertStarved(100, "1@0", "2@100");
    }

    @Rule({"RES-008", "CONN-010"})
    void whoeverHasNoMemoryToTryTheNextAddressMeanwhileFails() {
        starving = "2";
        race(2, (loop, socket) -> { });
        assertStarved(250, "1@0", "2@250");
    }

    private void assertStarved(long millis, String... attempts) {
        List<String> expected = new ArrayList<>(List.of(attempts));
        expected.addAll(List.of("error OTHER@" + millis, "close OTHER@" + millis));
        assertEquals(expected, log);
        assertInstanceOf(OutOfMemoryError.class, cause().getCause());
    }
}
