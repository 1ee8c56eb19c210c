package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.conformance.differential.Engine;
import dev.anyloop.tck.rules.tls.Certificates;
import dev.anyloop.tck.rules.watch.FlightEvents;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Name;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** WATCH-003 on every engine, beyond what the kit asks: what takes real time, and secured connections. */
@Timeout(120)
class FlightRecorderTest {

    static final List<Engine> ENGINES = Engine.ALL;

    private static final String[] EVENTS = {"Turn", "Callback", "TaskWait", "TimerLate", "OutputPaused", "TlsHandshake"};

    private static final Duration SLOW = Duration.ofMillis(30);
    private static final int MORE_THAN_THE_KERNEL_HOLDS = 32 << 20;

    private final Certificates certificates = Certificates.made();

    @ParameterizedTest
    @FieldSource("ENGINES")
    void aSlowCallbackIsToldWithAllThatItKeptWaiting(Engine engine) throws IOException {
        FlightEvents events = recorded(engine, loop -> {
            loop.timer(Duration.ofMillis(1), timer -> {});
            loop.execute(new Late());
            block();
        });
        assertTold(events, "Callback", event -> "init".equals(event.getString("callback")) && isSlow(event.getDuration()));
        assertTold(events, "Turn", event -> isSlow(event.getDuration()));
        assertTold(events, "TaskWait", event -> Late.class.getName().equals(event.getString("task")) && isSlow(event.getDuration()));
        assertTold(events, "TimerLate", event -> isSlow(event.getDuration("lateness").plusMillis(1)));
        events.all().forEach(event -> assertEquals("anyloop", event.getString("loop"), event::toString));
    }

    /** On a busy machine there may be others of that name. */
    private static void assertTold(FlightEvents events, String name, Predicate<RecordedEvent> wanted) {
        assertTrue(events.of(name).anyMatch(wanted), () -> "no such " + name + " among " + events);
    }

    private static boolean isSlow(Duration duration) {
        return duration.compareTo(SLOW) >= 0;
    }

    private static final class Late implements Runnable {
        @Override
        public void run() {
            // It only waits.
        }
    }

    /** As a slow callback does. */
    private static void block() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < SLOW.toNanos()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @FieldSource("ENGINES")
    void outputThatIsPausedIsToldWithItsSizeUntilItDrains(Engine engine) throws IOException {
        FlightEvents events = recorded(engine, loop -> {
            List<Socket> reading = new ArrayList<>();
            Server listening = loop.listen("127.0.0.1", 0, (own, socket) -> {
                own.close();
                reading.add(socket.pause());
            });
            loop.connect("127.0.0.1", port(listening)).onConnect(socket -> {
                socket.write(ByteBuffer.allocate(MORE_THAN_THE_KERNEL_HOLDS));
                loop.interval(SLOW, timer -> {
                    reading.forEach(s -> s.onRead((same, data) -> {}).onEnd(Socket::close).resume());
                    if (!reading.isEmpty()) {
                        timer.cancel();
                    }
                });
            }).onDrain(Socket::end);
        });
        assertEquals(1, events.of("OutputPaused").count(), events::toString);
        RecordedEvent paused = events.of("OutputPaused").findFirst().orElseThrow();
        assertTrue(paused.getLong("pending") > 0 && paused.getLong("pending") <= MORE_THAN_THE_KERNEL_HOLDS, paused::toString);
        assertTrue(isSlow(paused.getDuration()), paused::toString);
        assertTrue(Objects.requireNonNull(paused.getString("socket")).startsWith("127.0.0.1:"), paused::toString);
    }

    @ParameterizedTest
    @FieldSource("ENGINES")
    void handshakesAreToldByBothSidesAlsoOneThatFails(Engine engine) throws IOException {
        TlsOptions server = TlsOptions.server(Certificates.context(certificates.ours));
        TlsOptions trusting = TlsOptions.client().withServerName("localhost").withContext(Certificates.context(null, certificates.ours));
        TlsOptions distrusting = trusting.withContext(Certificates.context(null, certificates.others));
        FlightEvents events = recorded(engine, loop -> {
            Server listening = loop.listen("127.0.0.1", 0, ListenOptions.defaults().withTls(server), (own, socket) ->
                    socket.onEnd(Socket::close)).onError((own, error) -> own.close());
            connect(loop, port(listening), trusting).onConnect(Socket::close)
                    .onClose((socket, error) -> connect(loop, port(listening), distrusting).onError((s, why) -> {}));
        });
        List<RecordedEvent> handshakes = events.of("TlsHandshake").toList();
        assertEquals(4, handshakes.size(), events::toString);
        assertEquals(2, handshakes.stream().filter(h -> "TLSv1.3".equals(h.getString("protocol"))).count(), events::toString);
        assertEquals(2, handshakes.stream().filter(h -> h.getString("error") != null).count(), events::toString);
        assertTrue(handshakes.stream().allMatch(h -> h.getDuration().toNanos() > 0), events::toString);
    }

    private static Socket connect(EventLoop loop, int port, TlsOptions tls) {
        return loop.connect("127.0.0.1", port, ConnectOptions.defaults().withTls(tls));
    }

    @Test
    void theSettingsAskForAllThereIs() throws IOException {
        Set<String> there = new ClassFileImporter().importPackages("dev.anyloop.core.flight").stream()
                .filter(type -> type.isAnnotatedWith(Name.class))
                .map(type -> type.getAnnotationOfType(Name.class).value())
                .collect(Collectors.toSet());
        Set<String> asked = Pattern.compile("event name=\"(.*?)\"").matcher(Files.readString(Path.of("../docs/anyloop.jfc"))).results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertEquals(there, asked);
    }

    // ---- recording ----

    private static FlightEvents recorded(Engine engine, Consumer<EventLoop> init) throws IOException {
        engine.require();
        runOn(engine, loop -> {}); // what is compiled and loaded now makes no callback slow later
        return FlightEvents.recorded(() -> runOn(engine, init), EVENTS);
    }

    private static void runOn(Engine engine, Consumer<EventLoop> init) {
        try (EventLoop loop = engine.open()) {
            loop.run(init::accept);
        }
    }

    private static int port(Server server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }
}
