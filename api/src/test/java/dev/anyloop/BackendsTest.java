package dev.anyloop;

import static dev.anyloop.StubProvider.available;
import static dev.anyloop.StubProvider.missing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which backend is chosen, and the very words when none is. */
class BackendsTest {

    private static final String WAY_OUT = """
            Add one of these dependencies, in the version of anyloop-api:
              <dependency><groupId>dev.anyloop</groupId><artifactId>anyloop-nio</artifactId></dependency>
                  the JDK alone
              <dependency><groupId>dev.anyloop</groupId><artifactId>anyloop-libevent</artifactId></dependency>
                  the system's libevent 2 through JNA
              <dependency><groupId>dev.anyloop</groupId><artifactId>anyloop-netty</artifactId></dependency>
                  Netty's transports
              <dependency><groupId>dev.anyloop</groupId><artifactId>anyloop-uring</artifactId></dependency>
                  Linux's io_uring, on JDK 25 or later""";

    private final LoopOptions defaults = LoopOptions.defaults();

    @BeforeEach
    @AfterEach
    void nameNone() {
        System.clearProperty("anyloop.backend");
    }

    private static Backends backends(EventLoopProvider... providers) {
        return new Backends(List.of(providers), List.of(), known -> false);
    }

    private static String refusal(Backends backends, LoopOptions options) {
        return assertThrows(BackendUnavailableException.class, () -> backends.choose(options)).getMessage();
    }

    // ---- by itself ----

    @Test
    void theOnlyOneIsChosen() {
        StubProvider only = available("nio", 10);
        assertSame(only, backends(only).choose(defaults));
    }

    @Test
    void theHighestPriorityIsChosenThenTheFirstNameWhateverTheClassPath() {
        StubProvider best = available("beta", 20);
        List<EventLoopProvider> providers =
                new ArrayList<>(List.of(available("alpha", 10), available("gamma", 20), best));
        for (int rotation = 0; rotation < providers.size(); rotation++) {
            Collections.rotate(providers, 1);
            assertSame(best, new Backends(providers, List.of(), known -> false).choose(defaults));
            Collections.reverse(providers);
            assertSame(best, new Backends(providers, List.of(), known -> false).choose(defaults));
        }
    }

    @Test
    void ofTwoWithOneNameItIsNotTheClassPathThatDecides() {
        StubProvider one = available("twin", 10);
        StubProvider other = new StubProvider("twin", 10, Availability.yes("twin 2.0")) {};
        assertSame(backends(one, other).choose(defaults), backends(other, one).choose(defaults));
        LoopOptions named = defaults.withBackend("twin");
        assertSame(backends(one, other).choose(named), backends(other, one).choose(named));
    }

    @Test
    void oneThatIsNotAvailableIsPassedOver() {
        StubProvider second = available("nio", 10);
        assertSame(second, backends(missing("libevent", 20), second).choose(defaults));
    }

    @Test
    void oneThatIsNotNeededIsNotAsked() {
        StubProvider best = available("libevent", 20);
        StubProvider other = new StubProvider("nio", 10, Availability.yes("")) {
            @Override
            public Availability availability() {
                throw new AssertionError("asked");
            }
        };
        assertSame(best, backends(other, best).choose(defaults));
    }

    @Test
    void whatABackendHasBeyondTcpIsShown() {
        StubProvider rich = new StubProvider("rich", 20, Availability.yes("rich 1.0")) {
            @Override
            public Set<Capability> capabilities() {
                return Set.of(Capability.REUSE_PORT, Capability.UNIX_SOCKETS);
            }
        };
        StubProvider unsound = new StubProvider("wild", 10, Availability.yes("wild 1.0")) {
            @Override
            public Set<Capability> capabilities() {
                throw new NoSuchFieldError("CARRIER_PIGEONS");
            }
        };
        assertEquals("""
                Found:
                  rich (priority 20): available, rich 1.0
                    has Unix-domain sockets, shared ports
                  wild (priority 10): available, wild 1.0
                    its capabilities() throws java.lang.NoSuchFieldError: CARRIER_PIGEONS (a bug of the backend: report it there)""",
                backends(rich, unsound).describe());
    }

    @Test
    void oneWhoseAvailabilityThrowsIsPassedOverAndShown() {
        StubProvider sound = available("nio", 10);
        StubProvider unsound = new StubProvider("wild", 30, Availability.yes("")) {
            @Override
            public Availability availability() {
                throw new NoClassDefFoundError("wild/Engine");
            }
        };
        Backends backends = backends(unsound, sound);
        assertSame(sound, backends.choose(defaults));
        assertEquals("""
                Found:
                  wild (priority 30): not available: its availability() throws \
                java.lang.NoClassDefFoundError: wild/Engine (a bug of the backend: report it there)
                  nio (priority 10): available, nio 1.0""", backends.describe());
    }

    @Test
    void oneThatCannotSayWhatItIsCalledOrWorthIsPassedOverAndShown() {
        StubProvider sound = available("nio", 10);
        EventLoopProvider nameless = new StubProvider(null, 30, Availability.yes("")) {};
        EventLoopProvider wild = new StubProvider("wild", 30, Availability.yes("")) {
            @Override
            public int priority() {
                return Integer.parseInt("high");
            }
        };
        Backends backends = backends(nameless, sound, wild);
        assertSame(sound, backends.choose(defaults));
        assertSame(sound, backends.choose(defaults.withBackend("nio")));
        assertEquals("""
                Found:
                  nio (priority 10): available, nio 1.0
                  a provider that cannot be loaded: %s throws java.lang.NullPointerException: name() is null \
                (a bug of the backend: report it there)
                  a provider that cannot be loaded: %s throws java.lang.NumberFormatException: For input string: "high" \
                (a bug of the backend: report it there)"""
                .formatted(nameless.getClass().getName(), wild.getClass().getName()), backends.describe());
    }

    /** Whatever it is asked. */
    @Test
    void oneThatCannotEvenSayWhatItThrowsIsPassedOverAndShown() {
        StubProvider sound = available("nio", 10);
        EventLoopProvider nameless = new StubProvider("wild", 30, Availability.yes("")) {
            @Override
            public int priority() {
                throw new Speechless();
            }
        };
        StubProvider unsound = new StubProvider("wilder", 20, Availability.yes("")) {
            @Override
            public Availability availability() {
                throw new Speechless();
            }
        };
        Backends backends = backends(nameless, unsound, sound);
        assertSame(sound, backends.choose(defaults));
        assertEquals("""
                Found:
                  wilder (priority 20): not available: its availability() throws %1$s (a bug of the backend: report it there)
                  nio (priority 10): available, nio 1.0
                  a provider that cannot be loaded: %2$s throws %1$s (a bug of the backend: report it there)"""
                .formatted(Speechless.class.getName(), nameless.getClass().getName()), backends.describe());
    }

    private static final class Speechless extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("cannot be printed");
        }
    }

    @Test
    void oneThatDoesNotSayWhetherItIsAvailableIsPassedOver() {
        StubProvider sound = available("nio", 10);
        Backends backends = backends(new StubProvider("mute", 30, null), sound);
        assertSame(sound, backends.choose(defaults));
        assertTrue(refusal(backends, defaults.withBackend("mute")).contains("its availability() throws"));
    }

    @Test
    void aChoiceAmongSeveralIsLoggedAtDebugAndAChoiceOfOneIsNot() {
        assertEquals(List.of("backend beta chosen of beta, alpha"),
                logged(() -> backends(available("alpha", 10), available("beta", 20)).choose(defaults)));
        assertEquals(List.of(), logged(() -> backends(available("alpha", 10)).choose(defaults)));
        assertEquals(List.of("backend alpha chosen of beta, alpha"),
                logged(() -> backends(available("alpha", 10), missing("beta", 20)).choose(defaults)));
    }

    private static List<String> logged(Runnable action) {
        List<String> messages = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                messages.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.anyloop");
        Level before = logger.getLevel();
        logger.setLevel(Level.FINE); // System.Logger's DEBUG
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        return messages;
    }

    // ---- by name ----

    @Test
    void theOptionNamesOne() {
        StubProvider named = available("nio", 10);
        assertSame(named, backends(available("netty", 30), named).choose(defaults.withBackend("nio")));
    }

    @Test
    void thePropertyNamesOne() {
        StubProvider named = available("nio", 10);
        System.setProperty("anyloop.backend", "nio");
        assertSame(named, backends(available("netty", 30), named).choose(defaults));
    }

    @Test
    void theOptionOutdoesTheProperty() {
        StubProvider named = available("nio", 10);
        System.setProperty("anyloop.backend", "netty");
        assertSame(named, backends(available("netty", 30), named).choose(defaults.withBackend("nio")));
    }

    @Test
    void anUnknownNameIsRefusedWithWhatThereIs() {
        assertEquals("""
                backend "nettie", named by LoopOptions, was not found
                Found:
                  libevent (priority 20): not available: liblibevent was not found
                    install: it
                  nio (priority 10): available, nio 1.0
                Use one of these names, or add the backend that has this one: libevent, nio""",
                refusal(backends(available("nio", 10), missing("libevent", 20)), defaults.withBackend("nettie")));
    }

    @Test
    void aKnownNameThatIsNotThereIsRefusedWithItsDependency() {
        assertEquals("""
                backend "netty", named by LoopOptions, was not found
                Found:
                  nio (priority 10): available, nio 1.0
                """ + WAY_OUT, refusal(backends(available("nio", 10)), defaults.withBackend("netty")));
    }

    @Test
    void anEmptyPropertyNamesNone() {
        StubProvider only = available("nio", 10);
        System.setProperty("anyloop.backend", "");
        assertSame(only, backends(only).choose(defaults));
    }

    @Test
    void anUnknownNameOfThePropertyIsRefusedLikewise() {
        System.setProperty("anyloop.backend", "nettie");
        assertEquals("""
                backend "nettie", named by -Danyloop.backend, was not found
                Found:
                  nio (priority 10): available, nio 1.0
                Use one of these names, or add the backend that has this one: nio""",
                refusal(backends(available("nio", 10)), defaults));
    }

    @Test
    void aNamedOneThatIsNotAvailableIsRefusedThoughAnotherIs() {
        assertEquals("""
                backend "libevent", named by LoopOptions, is not available: liblibevent was not found
                install: it
                Found:
                  libevent (priority 20): not available: liblibevent was not found
                    install: it
                  nio (priority 10): available, nio 1.0""",
                refusal(backends(available("nio", 10), missing("libevent", 20)), defaults.withBackend("libevent")));
    }

    // ---- none ----

    @Test
    void whenNoneIsFoundTheDependenciesAreTold() {
        assertEquals("no backend is available on the class path\nFound: none\n" + WAY_OUT,
                refusal(backends(), defaults));
    }

    /** There the dependency may be right and the image is without it all the same. */
    @Test
    void inAnImageOfJlinkItIsToldThatABackendHasToBeNamed() {
        assertEquals(WAY_OUT + "\nNo module requires a backend, so jlink leaves it out unless it is named: --add-modules dev.anyloop.nio",
                KnownBackend.howToAdd(true));
    }

    @Test
    void whenNoneIsAvailableTheReasonsAreTold() {
        assertEquals("""
                no backend is available on the class path
                Found:
                  netty (priority 30): not available: libnetty was not found
                    install: it
                  libevent (priority 20): not available: liblibevent was not found
                    install: it
                """ + WAY_OUT, refusal(backends(missing("libevent", 20), missing("netty", 30)), defaults));
    }

    @Test
    void aProviderThatCannotBeLoadedIsTold() {
        Backends broken = new Backends(List.of(), List.of(new Unloadable(null, "Provider x.Y not found")), known -> true);
        assertEquals("""
                no backend is available on the class path
                Found:
                  a provider that cannot be loaded: Provider x.Y not found
                """ + WAY_OUT, refusal(broken, defaults));
    }

    // ---- in a jar of several that has the services of one alone ----

    private static final String MERGE = """
            In a jar made of several the files of one name in META-INF/services have to be merged: none may replace another.
              maven-shade-plugin: <transformer implementation="org.apache.maven.plugins.shade.resource\
            .ServicesResourceTransformer"/>
              Shadow of Gradle: mergeServiceFiles()""";

    @Test
    void oneThatIsThereButNotRegisteredIsToldWithTheWayOut() {
        assertEquals("""
                backend "nio", named by LoopOptions, was not found
                Found:
                  netty (priority 15): available, netty 1.0
                  nio: its classes are here, but no META-INF/services/dev.anyloop.spi.EventLoopProvider names \
                dev.anyloop.nio.NioEventLoopProvider
                """ + MERGE, refusal(overwritten(available("netty", 15)), defaults.withBackend("nio")));
    }

    @Test
    void ifAllAreThereButNotRegisteredThatIsTheWayOut() {
        assertEquals("""
                no backend is available on the class path
                Found:
                  netty (priority 15): not available: libnetty was not found
                    install: it
                  nio: its classes are here, but no META-INF/services/dev.anyloop.spi.EventLoopProvider names \
                dev.anyloop.nio.NioEventLoopProvider
                """ + MERGE, refusal(overwritten(missing("netty", 15)), defaults));
    }

    @Test
    void oneThatIsNotThereHasItsDependencyNamedAllTheSame() {
        String message = refusal(overwritten(available("netty", 15)), defaults.withBackend("libevent"));
        assertTrue(message.endsWith(WAY_OUT), message);
    }

    /** Of a jar with the classes of nio, and not its entry. */
    private static Backends overwritten(EventLoopProvider registered) {
        return new Backends(List.of(registered), List.of(), KnownBackend.NIO::equals);
    }
}
