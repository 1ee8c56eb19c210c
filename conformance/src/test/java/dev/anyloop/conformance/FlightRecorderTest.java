package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.conformance.differential.Engine;
import dev.anyloop.core.flight.CallbackEvent;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Name;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** WATCH-003 beyond what the kit asks, which has its own time: how long output was paused. And what a recorder has to be told. */
@Timeout(120)
class FlightRecorderTest {

    static final List<Engine> ENGINES = Engine.ALL;

    private static final Duration SLOW = Duration.ofMillis(30);
    private static final int MORE_THAN_THE_KERNEL_HOLDS = 32 << 20;

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
        assertTrue(paused.getDuration().compareTo(SLOW) >= 0, paused::toString);
        assertTrue(Objects.requireNonNull(paused.getString("socket")).startsWith("127.0.0.1:"), paused::toString);
    }

    /** As in a heap that a callback has filled: to say what that was a callback of takes memory, and is nothing the user has thrown. */
    @Test
    void whatThereIsNoMemoryToTellOfIsNotTold() throws IOException {
        Object unspeakable = new Object() {
            @Override
            public String toString() {
                throw new OutOfMemoryError("for its name");
            }
        };
        FlightEvents events = FlightEvents.recorded(() -> {
            CallbackEvent event = new CallbackEvent("starved");
            event.begins();
            takeLongEnough();
            event.ends("onRead", unspeakable);
            event.begins();
            takeLongEnough();
            event.ends("onEnd", "socket");
        }, "Callback");
        assertEquals(List.of("onEnd"), events.of("Callback").map(event -> event.getString("callback")).toList(), events::toString);
    }

    /** To be told of. */
    private static void takeLongEnough() {
        try {
            Thread.sleep(SLOW.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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

    private static FlightEvents recorded(Engine engine, Consumer<EventLoop> init) throws IOException {
        engine.require();
        return FlightEvents.recorded(() -> {
            try (EventLoop loop = engine.open()) {
                loop.run(init::accept);
            }
        }, "OutputPaused");
    }

    private static int port(Server server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }
}
