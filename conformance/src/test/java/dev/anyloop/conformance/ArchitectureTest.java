package dev.anyloop.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.anyloop.AcceptCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.SteppedLoop;
import dev.anyloop.core.Surroundings;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house of docs/architecture.md: which room may know which. */
class ArchitectureTest {

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/conformance/"))
            .importPackages("dev.anyloop");

    private static final List<String> DRIVERS = List.of("dev.anyloop.beanstalk", "dev.anyloop.http");
    private static final String ADAPTERS = "dev.anyloop.adapters";
    private static final String METERS = "dev.anyloop.micrometer";

    /** Each with all it may know; the arrows run down only. */
    @Test
    void theRoomsOfCoreKnowOnlyThoseBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.anyloop.core..")
                .layer("core").definedBy("dev.anyloop.core")
                .layer("server").definedBy("dev.anyloop.core.server")
                .layer("socket").definedBy("dev.anyloop.core.socket")
                .layer("datagram").definedBy("dev.anyloop.core.datagram")
                .layer("connect").definedBy("dev.anyloop.core.connect")
                .layer("tls").definedBy("dev.anyloop.core.tls")
                .layer("timer").definedBy("dev.anyloop.core.timer")
                .layer("signal").definedBy("dev.anyloop.core.signal")
                .layer("net").definedBy("dev.anyloop.core.net")
                .layer("buffer").definedBy("dev.anyloop.core.buffer")
                .layer("turn").definedBy("dev.anyloop.core.turn")
                .layer("time").definedBy("dev.anyloop.core.time")
                .layer("transport").definedBy("dev.anyloop.core.transport")
                .layer("flight").definedBy("dev.anyloop.core.flight")
                .layer("description").definedBy("dev.anyloop.core.description")
                .whereLayer("core").mayOnlyAccessLayers(
                        "server", "socket", "datagram", "connect", "tls", "timer", "signal", "net", "turn", "time", "transport", "description")
                .whereLayer("server").mayOnlyAccessLayers("socket", "flight", "description", "net", "turn", "time", "transport")
                .whereLayer("socket").mayOnlyAccessLayers("connect", "tls", "flight", "description", "net", "turn", "buffer", "time", "transport")
                .whereLayer("datagram").mayOnlyAccessLayers("description", "net", "turn", "buffer", "transport")
                .whereLayer("tls").mayOnlyAccessLayers("flight", "net", "turn", "buffer", "time", "transport")
                .whereLayer("connect").mayOnlyAccessLayers("flight", "net", "turn", "time", "transport")
                .whereLayer("timer").mayOnlyAccessLayers("flight", "turn", "time")
                .whereLayer("signal").mayOnlyAccessLayers("turn")
                .whereLayer("net").mayOnlyAccessLayers("transport")
                .whereLayer("turn").mayOnlyAccessLayers("flight", "description", "buffer", "time", "transport")
                .whereLayer("buffer").mayOnlyAccessLayers("time")
                .whereLayer("time").mayNotAccessAnyLayer()
                .whereLayer("flight").mayNotAccessAnyLayer()
                .whereLayer("description").mayNotAccessAnyLayer()
                .whereLayer("transport").mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitectureIgnoring(not(resideInAPackage("dev.anyloop.core..")))
                .check(PRODUCT);
    }

    @Test
    void noPackagesOfCoreFormACycle() {
        slices().matching("dev.anyloop.(core..)").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void theApiKnowsNothingOfWhatIsBehindIt() {
        noClasses().that().resideInAnyPackage("dev.anyloop", "dev.anyloop.spi")
                .should().dependOnClassesThat(resideInAPackage("dev.anyloop.core.."))
                .check(PRODUCT);
    }

    @Test
    void backendsKnowTheApiTheSeamAndWhereLoopsAreOpened() {
        List<String> backends = new ArrayList<>(
                List.of("dev.anyloop.nio..", "dev.anyloop.libevent..", "dev.anyloop.netty..", "dev.anyloop.sim.."));
        if (Runtime.version().feature() >= 25) { // before, it is not in the build
            backends.add("dev.anyloop.uring..");
        }
        for (String backend : backends) {
            classes().that().resideInAPackage(backend)
                    .should().onlyDependOnClassesThat(resideInAnyPackage(backend, "dev.anyloop", "dev.anyloop.spi", "dev.anyloop.core.transport")
                            .or(belongToAnyOf(Loops.class, SteppedLoop.class, Surroundings.class))
                            .or(not(resideInAPackage("dev.anyloop.."))))
                    .check(PRODUCT);
        }
    }

    @Test
    void driversAndAdaptersKnowTheApiAloneAndNotEachOther() {
        Stream.concat(DRIVERS.stream(), Stream.of(ADAPTERS, METERS)).forEach(module ->
                classes().that().resideInAPackage(module + "..")
                        .should().onlyDependOnClassesThat(
                                resideInAnyPackage(module + "..", "dev.anyloop").or(not(resideInAPackage("dev.anyloop.."))))
                        .check(PRODUCT));
    }

    /** Bytes in, bytes and events out: so it can be tried at every cut, and in any time. */
    @Test
    void whatADriverSpeaksAndHowFramesAreCutKnowNoSocketAndNoClock() {
        DRIVERS.forEach(driver -> assertSansIo(driver + ".protocol..", driver));
        assertSansIo(ADAPTERS + ".framing..", ADAPTERS);
    }

    private static void assertSansIo(String inner, String shell) {
        noClasses().that().resideInAPackage(inner)
                .should().dependOnClassesThat(resideInAnyPackage("dev.anyloop", shell, "java.net", "java.nio.channels")
                        .and(not(belongToAnyOf(ProtocolException.class)))
                        .or(belongToAnyOf(Clock.class, Instant.class)))
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .check(PRODUCT);
    }

    @Test
    void coreKnowsNoEngine() {
        noClasses().that().resideInAPackage("dev.anyloop.core..")
                .should().dependOnClassesThat(resideInAnyPackage(
                        "io.netty..", "com.sun.jna..", "java.lang.foreign..", "java.nio.channels.spi..",
                        "dev.anyloop.nio..", "dev.anyloop.libevent..", "dev.anyloop.netty..", "dev.anyloop.uring.."))
                .check(PRODUCT);
    }

    /** Or they would run on this machine only, as programs of processes do. */
    @Test
    void rulesTakeTimeThreadsAndSocketsFromTheirWorld() {
        noClasses().that().resideInAPackage("dev.anyloop.tck.rules..")
                .and().haveNameNotMatching(".*\\.(LimitedServer|StarvedServer|FirstCall|Exhaustion|Shortage|Overflow|WithoutMemory|Redeployments?|ListeningCopies)(\\$.*)?")
                .should().callMethod(System.class, "nanoTime")
                .orShould().callConstructorWhere(target(owner(belongToAnyOf(CountDownLatch.class, Semaphore.class,
                        LinkedBlockingQueue.class, Thread.class, Socket.class, ServerSocket.class))))
                .check(PRODUCT);
    }

    /** Or a test would run in plain where it is told to run over TLS. */
    @Test
    void chaptersThatRunOverTlsMakeNoSocketWithoutAskingHow() {
        noClasses().that().resideInAnyPackage("dev.anyloop.tck.rules.read..", "dev.anyloop.tck.rules.write..",
                        "dev.anyloop.tck.rules.half..", "dev.anyloop.tck.rules.timeout..", "dev.anyloop.tck.rules.close..")
                .should().callMethod(ConnectOptions.class, "defaults")
                .orShould().callMethod(ListenOptions.class, "defaults")
                .orShould().callMethod(EventLoop.class, "connect", String.class, int.class)
                .orShould().callMethod(EventLoop.class, "listen", String.class, int.class, AcceptCallback.class)
                .check(PRODUCT);
    }

    /** What is public in the other packages is so for core itself. */
    @Test
    void coreExportsTheSeamAndWhereLoopsAreOpened() throws Exception {
        Path core = Path.of(Loops.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module = ModuleFinder.of(core).find("dev.anyloop.core").orElseThrow().descriptor();
        assertEquals(Set.of("dev.anyloop.core", "dev.anyloop.core.transport"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(toSet()));
        classes().that().resideInAPackage("dev.anyloop.core").and().doNotBelongToAnyOf(Loops.class, SteppedLoop.class, Surroundings.class)
                .should().notBePublic()
                .check(PRODUCT);
    }
}
