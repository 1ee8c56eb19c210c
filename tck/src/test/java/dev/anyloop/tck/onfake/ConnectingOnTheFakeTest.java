package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Resolver;
import dev.anyloop.Socket;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakeTransport;
import dev.anyloop.tck.rules.SocketChapter;
import dev.anyloop.tck.run.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
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
        if (host.endsWith(".test")) {
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

    @Rule({"CONN-008", "CONN-006"})
    void anAnswerThatComesAfterTheCloseConnectsNothing() {
        LoopOptions options = SocketChapter.resolving(name -> SocketChapter.addresses("10.0.0.1"));
        try (EventLoop loop = fake.open(options)) {
            loop.run(init -> {
                Socket socket = loop.connect("many.test", 80).onClose((s, failure) -> log.add("close"));
                awaitAnswer(loop, "many.test");
                socket.abort();
            });
        }
        assertEquals(List.of("close"), log);
        assertThrows(IndexOutOfBoundsException.class, () -> fake.transport().connection(0));
    }

    @Rule("CONN-005")
    void whatAResolverDoesInsteadOfAnsweringIsADnsFailure() {
        Map<String, Resolver> resolvers = Map.of(
                "nowhere.test: no address", name -> List.of(),
                "nowhere.test: unknown", name -> {
                    throw new UnknownHostException("unknown");
                },
                "nowhere.test: Name or service not known", name -> { // as the JDK's
                    throw new UnknownHostException("nowhere.test: Name or service not known");
                },
                "nowhere.test: broken", name -> {
                    throw new IllegalStateException("broken");
                });
        resolvers.forEach((message, resolver) -> {
            try (EventLoop loop = fake.open(SocketChapter.resolving(resolver))) {
                loop.run(init -> {
                    loop.connect("nowhere.test", 80).onError((s, failure) -> error = failure);
                    awaitAnswer(loop, "nowhere.test");
                });
            }
            assertEquals(ErrorKind.DNS_FAILURE, error.kind(), message);
            assertEquals(message, error.getCause().getMessage());
            assertEquals("nowhere.test", error.host());
            assertEquals(80, error.port());
            boolean thrown = !message.endsWith("no address");
            assertEquals(thrown, error.getCause().getCause() != null, message);
        });
    }

    /** By a daemon: a name server that does not answer must not keep the program from ending. */
    @Rule({"CONN-006", "RES-002"})
    void aResolverThatDoesNotAnswerIsInterruptedWhenTheLoopCloses() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        CountDownLatch never = new CountDownLatch(1);
        EventLoop loop = fake.open(SocketChapter.resolving(name -> {
            Thread thread = Thread.currentThread();
            seen.add(thread.getName() + (thread.isDaemon() ? ", daemon" : ""));
            try {
                never.await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
            }
            return List.of();
        }).withName("slow"));
        loop.connect("nowhere.test", 80);
        long limit = Limits.defaults().mustHappen().toSeconds();
        assertEquals("slow-resolver, daemon", seen.poll(limit, TimeUnit.SECONDS));
        loop.close();
        assertEquals("interrupted", seen.poll(limit, TimeUnit.SECONDS));
    }

    @Rule("CONN-007")
    void whatIsNoDottedQuadIsANameAndNeverReachesTheParserOfTheJdk() {
        List<String> asked = new CopyOnWriteArrayList<>();
        List<String> names = List.of("1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.0x4", "1.2.3.", "1..3.4",
                "1.2.3.1000", "1.2.3./", "16909060");
        List<String> literals = List.of("0.0.0.0", "223.255.255.255", "10.0.200.9", "::1", "[::1]", "1:2:3:4:5:6:7:8");
        LoopOptions options = SocketChapter.resolving(name -> {
            asked.add(name);
            return List.of();
        });
        try (EventLoop loop = fake.open(options)) {
            loop.run(init -> {
                for (String literal : literals) {
                    loop.connect(literal, 80).abort();
                }
                assertEquals(0, loop.stats().connectingSockets());
                names.forEach(name -> loop.connect(name, 80));
                Await.until(Limits.defaults().mustHappen(), () -> asked.size() == names.size(), asked::toString);
                init.close();
            });
        }
        assertEquals(names.stream().sorted().toList(), asked.stream().sorted().toList());
        for (int i = 0; i < literals.size(); i++) {
            assertEquals(80, ((InetSocketAddress) fake.transport().connection(i).remoteAddress()).getPort());
        }
    }

    @Rule({"CONN-007", "CONN-005"})
    void whatHasAColonAndIsNoAddressFailsWithoutAResolver() {
        for (String host : List.of("1:2", "[::1", "::1]", "a:b:c")) {
            error = null;
            try (EventLoop loop = fake.open(SocketChapter.resolving(name -> {
                throw new AssertionError("asked for " + name);
            }))) {
                loop.run(init -> loop.connect(host, 80).onError((s, failure) -> error = failure));
            }
            assertEquals(ErrorKind.DNS_FAILURE, error.kind(), host);
            assertTrue(error.getMessage().contains(host), error.getMessage());
        }
    }
}
