package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Fifty connections for an hour, of which each has a fault in one second of a hundred: what long tests of users are like. */
class FaultyHourTest {

    private static final int CONNECTIONS = 50;
    private static final int SECONDS = 3_600;
    private static final int PIECE = 300;
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Asks once a second, on a new connection if the old one is over. */
    private static final class Client {
        private Socket socket;
        private int asked;
        private int answered;
        private int connected;

        void live(EventLoop loop) {
            connect(loop);
            loop.interval(SECOND, timer -> ask(loop));
        }

        private void connect(EventLoop loop) {
            socket = loop.connect("server", 7)
                    .onConnect(s -> connected++)
                    .onRead((s, data) -> answered += data.remaining())
                    .onError((s, error) -> {});
            socket.readTimeout(Duration.ofSeconds(5));
        }

        private void ask(EventLoop loop) {
            if (!socket.isOpen()) {
                connect(loop);
            }
            socket.write("x");
            asked++;
        }
    }

    private final Simulation sim = Simulation.withSeed(42);
    private final Random random = new Random(42);
    private final List<Client> clients = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private int faults;
    private long cpuNanos;

    /** In pieces, for it computes all the time: on a machine that has no time for it the whole would take longer than a test may. */
    @TestFactory
    Stream<DynamicTest> whoComesBackIsAnswered() {
        start();
        Stream<DynamicTest> pieces = IntStream.range(0, SECONDS / PIECE).mapToObj(piece ->
                dynamicTest("from second " + piece * PIECE + " on", () -> IntStream.range(0, PIECE).forEach(second -> live())));
        return Stream.concat(pieces, Stream.of(dynamicTest("all are answered", this::assertAnswered))).onClose(sim::close);
    }

    private void start() {
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) ->
                socket.onRead(Socket::write).onError((s, error) -> {})));
        for (int i = 0; i < CONNECTIONS; i++) {
            Client client = new Client();
            clients.add(client);
            sim.host("client-" + i).start(client::live);
        }
    }

    /** A second. */
    private void live() {
        long began = cpuNanos();
        endSome();
        for (int i = 0; i < CONNECTIONS; i++) {
            if (random.nextInt(100) == 0) {
                harm(sim.link("client-" + i, "server"));
            }
        }
        sim.advance(SECOND);
        cpuNanos += cpuNanos() - began;
    }

    private void assertAnswered() {
        assertEquals(Duration.ofHours(1), sim.now());
        System.out.printf(Locale.ROOT, "an hour of %d connections with %d faults: %.1f s of the processor%n",
                CONNECTIONS, faults, cpuNanos / 1e9);
        assertTrue(faults > SECONDS / 4, faults + " faults");
        for (Client client : clients) {
            assertTrue(client.connected > 1, "never came back");
            assertTrue(client.answered > client.asked * 8 / 10, client.answered + " of " + client.asked + " are answered");
            assertTrue(client.answered <= client.asked, "answers to nothing");
        }
    }

    /** So that whoever else is busy has no part in it. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void harm(Link link) {
        faults++;
        switch (random.nextInt(4)) {
            case 0 -> link.reset();
            case 1 -> rules.add(link.partition());
            case 2 -> rules.add(link.oneWay().hold());
            default -> rules.add(link.latency(Duration.ofMillis(1), Duration.ofSeconds(2)));
        }
    }

    /** Each second some of what goes on comes to its end. */
    private void endSome() {
        rules.removeIf(rule -> {
            boolean over = random.nextInt(3) == 0;
            if (over) {
                rule.close();
            }
            return over;
        });
    }
}
