package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoops;
import dev.anyloop.ListenOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Several loops of a host, and the port they share. */
class SharedPortsTest {

    private static final ListenOptions SHARED = ListenOptions.defaults().withReusePort(true);

    @Test
    void theSeedDecidesWhoMeetsWhom() {
        assertEquals(met(1), met(1));
        assertNotEquals(met(1), met(2));
    }

    /** Whom each of the clients has met. */
    private static String met(long seed) {
        StringBuilder met = new StringBuilder();
        try (Simulation sim = Simulation.withSeed(seed)) {
            for (String name : new String[] {"a", "b", "c"}) {
                sim.host("server").start(loop -> loop.listen(null, 7, SHARED, (server, socket) -> socket.write(name)));
            }
            for (int i = 0; i < 30; i++) {
                sim.host("client").start(loop -> loop.connect("server", 7)
                        .onRead((socket, data) -> {
                            met.append((char) data.get());
                            socket.close();
                        }));
                sim.advance(Duration.ofSeconds(1));
            }
        }
        assertTrue(met.length() == 30 && met.indexOf("a") >= 0 && met.indexOf("b") >= 0 && met.indexOf("c") >= 0, met::toString);
        return met.toString();
    }

    @Test
    void realThreadsGetNoLoopInsideAProgram() {
        try (Simulation sim = Simulation.withSeed(42)) {
            sim.host("a").start(loop -> EventLoops.start(1, other -> { }).close());
            BackendUnavailableException refused =
                    assertThrows(BackendUnavailableException.class, () -> sim.advance(Duration.ZERO));
            assertTrue(refused.getMessage().startsWith("Backend sim: not inside a program of a simulation"), refused::getMessage);
        }
    }
}
