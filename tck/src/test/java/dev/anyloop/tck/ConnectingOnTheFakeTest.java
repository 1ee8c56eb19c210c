package dev.anyloop.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakeTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connecting, as far as it takes a chosen time or a chosen moment (CONN-003, CONN-004, CONN-008, CONN-009). */
class ConnectingOnTheFakeTest {

    private static final Duration DEFAULT = Duration.ofSeconds(30);

    private final FakeClock clock = new FakeClock();
    private final FakeEventLoopProvider fake = new FakeEventLoopProvider(clock);
    private final long start = clock.getAsLong();
    private final List<String> log = new ArrayList<>();
    private NetworkException error;

    /** A step of a test: it may use the loop, a socket that connects and the transport. */
    @FunctionalInterface
    private interface Step {
        void run(EventLoop loop, Socket socket, FakeTransport transport) throws Exception;
    }

    private void connect(String host, Step step) {
        LoopOptions options = SocketChapter.resolving(
                name -> SocketChapter.addresses("10.0.0.1", "10.0.0.2", "10.0.0.3"));
        try (EventLoop loop = fake.open(options)) {
            loop.run(init -> {
                Socket socket = loop.connect(host, 80)
                        .onConnect(s -> log.add("connect"))
                        .onError((s, failure) -> {
                            error = failure;
                            log.add(failure.kind() + " after " + (clock.getAsLong() - start) + " ns");
                        })
                        .onClose((s, failure) -> log.add("close"));
                awaitAnswer(loop, host);
                loop.execute(() -> {
                    try {
                        step.run(loop, socket, fake.transport());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
            });
        }
    }

    /** The clock must not run on before a name is resolved, on another thread: its answer comes as a task. */
    private static void awaitAnswer(EventLoop loop, String host) {
        if (host.equals("many.test")) {
            Await.until(Limits.defaults().mustHappen(), () -> loop.stats().queuedTasks() > 0, () -> "no answer");
        }
    }

    private static String timedOutAfter(Duration time) {
        return "CONNECT_TIMEOUT after " + time.toNanos() + " ns";
    }

    @Rule("CONN-003")
    void theConnectTimeoutIsHalfAMinuteByDefaultToTheNanosecond() {
        connect("10.0.0.1", (loop, socket, transport) -> {});
        assertEquals(List.of(timedOutAfter(DEFAULT), "close"), log);
    }

    @Rule("CONN-003")
    void theConnectTimeoutOfAConnectionThatWasMadeNeverFires() {
        connect("10.0.0.1", (loop, socket, transport) -> {
            transport.connection(0).complete();
            loop.timer(DEFAULT.multipliedBy(2), timer -> socket.close());
        });
        assertEquals(List.of("connect", "close"), log);
    }

    @Rule({"CONN-004", "CONN-009"})
    void theConnectTimeoutRunsOnFromOneAddressToTheNext() {
        connect("many.test", (loop, socket, transport) ->
                loop.timer(Duration.ofSeconds(20), timer -> transport.connection(0).fail(new IOException("no"))));
        assertEquals(List.of(timedOutAfter(DEFAULT), "close"), log);
        assertEquals("/10.0.0.2:80", fake.transport().connection(1).remoteAddress().toString());
    }

    @Rule({"CONN-009", "CONN-002"})
    void theFirstFailureIsTheCauseAndTheOthersAreAttachedToIt() {
        List<IOException> failures = List.of(new IOException("1st"), new IOException("2nd"), new IOException("3rd"));
        connect("many.test", (loop, socket, transport) -> {
            for (int i = 0; i < failures.size(); i++) {
                int attempt = i;
                loop.timer(Duration.ofSeconds(i + 1), timer ->
                        transport.connection(attempt).fail(failures.get(attempt)));
            }
        });
        assertEquals(failures.get(0), error.getCause());
        assertEquals(failures.subList(1, 3), List.of(error.getCause().getSuppressed()));
        assertEquals("close", log.get(1));
    }

    @Rule({"CONN-008", "CONN-009"})
    void aSocketThatIsClosedBetweenTwoAttemptsMakesNoOther() {
        for (boolean gracefully : new boolean[] {true, false}) {
            log.clear();
            connect("many.test", (loop, socket, transport) -> {
                transport.holdCloses(true);
                transport.connection(0).fail(new IOException("no"));
                loop.timer(Duration.ofSeconds(1), timer -> {
                    if (gracefully) {
                        socket.close();
                    } else {
                        socket.abort();
                    }
                });
                loop.timer(Duration.ofSeconds(2), timer -> {
                    log.add("release");
                    transport.holdCloses(false);
                });
            });
            assertEquals(List.of("release", "close"), log);
        }
    }

    @Rule({"CONN-004", "CONN-009"})
    void aTimeoutBetweenTwoAttemptsMakesNoOther() {
        connect("many.test", (loop, socket, transport) -> {
            transport.connection(0).fail(new IOException("no"));
            transport.holdCloses(true);
            loop.timer(DEFAULT.plusSeconds(1), timer -> transport.holdCloses(false));
        });
        assertEquals(2, log.size());
        assertEquals("close", log.get(1));
        long nanos = Long.parseLong(log.get(0).replaceAll("\\D+", ""));
        assertEquals(DEFAULT.toSeconds(), TimeUnit.NANOSECONDS.toSeconds(nanos));
    }
}
