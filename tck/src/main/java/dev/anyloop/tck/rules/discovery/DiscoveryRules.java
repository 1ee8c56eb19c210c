package dev.anyloop.tck.rules.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.Availability;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.Remade;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Chapter DISC of the specification: the provider of a backend. */
public abstract class DiscoveryRules extends Chapter {

    @Rule("DISC-001")
    void theNameIsALowerCaseWordAndStaysTheSame() {
        String name = provider().name();
        assertTrue(name.matches("[a-z][a-z0-9_-]*"), "\"" + name + "\" is not what a user would type");
        assertEquals(name, provider().name());
    }

    @Rule("DISC-001")
    void aLoopTellsTheNameOfItsBackend() {
        List<String> seen = new ArrayList<>();
        withLoop(loop -> seen.add(loop.backend()));
        withLoop(LoopOptions.defaults().withName("another"), loop -> seen.add(loop.backend()));
        assertEquals(List.of(provider().name(), provider().name()), seen);
    }

    @Rule("DISC-002")
    void availabilityAlwaysHasWords() {
        Availability availability = provider().availability();
        assertFalse(availability.detail().isBlank(), "availability() without a word of explanation");
        assertEquals(availability, provider().availability());
    }

    /** Some engines are made of them, and some are not. */
    @Rule("DISC-002")
    @NeedsSystem("a process of its own")
    void whereTheJdkHasNoSelectorsItHasWordsAsWell() throws Exception {
        ChildJvm child = ChildJvm.run(Availabilities.class, Remade.maker(backend()), limits(),
                "-Djava.nio.channels.spi.SelectorProvider=no.such.Provider");
        String said = child.out().strip();
        if (said.equals(Remade.NOT)) {
            throw new TestAbortedException(said);
        }
        assertEquals(Availabilities.EXPLAINED, said, child.err());
    }

    @Rule("DISC-003")
    void whatIsAvailableOpensAndCarriesBytes() {
        assertTrue(provider().availability().available());
        List<String> ran = new ArrayList<>();
        withLoop(loop -> {
            loop.execute(() -> ran.add("task"));
            Server server = listen(loop, accepted -> accepted.onRead(Socket::write));
            connect(loop, port(server)).onConnect(socket -> socket.write("x")).onRead((socket, bytes) -> {
                ran.add("echo");
                socket.close();
                server.close();
            });
        });
        assertEquals(List.of("task", "echo"), ran);
    }

    @Rule("DISC-003")
    void anUnknownTransportIsRefusedByItsName() {
        LoopOptions unknown = LoopOptions.defaults().withTransport("no-such-transport");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> provider().open(unknown).close());
        assertTrue(refused.getMessage().contains("no-such-transport"), refused.getMessage());
    }
}
