package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Signals of simulated hosts. */
class SignalsTest {

    private final List<String> told = new ArrayList<>();

    @Test
    void aSignalIsToldToTheProgramsOfItsHostOnly() {
        try (Simulation sim = Simulation.withSeed(1)) {
            for (String host : List.of("one", "other")) {
                sim.host(host).start(loop -> loop.signal("TERM", signal -> {
                    told.add(host);
                    loop.close();
                }).ref());
            }
            sim.advance(Duration.ofSeconds(1));
            sim.host("one").signal("TERM");
            assertEquals(List.of(), told);
            sim.advance(Duration.ofSeconds(1));
            assertEquals(List.of("one"), told);
        }
    }

    @Test
    void aSignalThatNobodyListensToIsRefused() {
        try (Simulation sim = Simulation.withSeed(1)) {
            Host deaf = sim.host("deaf").start(loop -> loop.hold());
            sim.advance(Duration.ZERO);
            String message = assertThrows(IllegalStateException.class, () -> deaf.signal("TERM")).getMessage();
            assertTrue(message.contains("nobody on deaf listens to signal \"TERM\"") && message.contains("crash()"), message);
        }
    }
}
