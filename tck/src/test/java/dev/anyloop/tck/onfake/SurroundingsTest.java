package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Resolver;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.rules.ChildJvm;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.ConsoleHandler;
import java.util.logging.Logger;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is told in a process that lacks something. */
class SurroundingsTest {

    /** It has listened to nothing, so nobody has prepared it to warn. */
    static final class WithoutDescriptors {

        private static final FakeEventLoopProvider FAKE = new FakeEventLoopProvider();
        private static final EventLoop LOOP = FAKE.open(LoopOptions.defaults());

        private static int connections;

        public static void main(String[] args) throws IOException {
            fails("loads what it takes", socket -> socket.onError((s, error) -> { }));
            Deque<FileInputStream> taken = new ArrayDeque<>();
            try {
                while (true) {
                    taken.push(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                // it was the last one
            }
            fails("first", unheard -> { });
            while (!taken.isEmpty()) {
                taken.pop().close();
            }
            Logger.getLogger("dev.anyloop").addHandler(new ConsoleHandler());
            fails("second", unheard -> { });
        }

        private static void fails(String why, Consumer<Socket> heard) {
            LOOP.run(running -> {
                heard.accept(LOOP.connect("10.0.0.1", 80));
                FAKE.transport().connection(connections++).fail(new IOException(why));
            });
        }
    }

    /** The JDK's, which never works again in a process where its first use has failed. */
    @Rule("ERR-004")
    @EnabledOnOs(OS.LINUX)
    void aLoggerThatCannotBeginForWantOfDescriptorsBeginsWhenThereAreSome() throws Exception {
        ChildJvm child = ChildJvm.runLimited("ulimit -n 100", WithoutDescriptors.class, FakeEventLoopProvider.class, Limits.defaults());
        assertEquals(0, child.exit(), child::toString);
        assertTrue(child.err().lines().anyMatch(line -> line.contains("first") && line.contains("no descriptor to begin logging")), child.err());
        assertTrue(child.err().lines().anyMatch(line -> line.contains("second") && !line.contains("no descriptor")), child.err());
    }

    /** One or two are left, of which a resolver may want three. */
    static final class WithFewDescriptors {

        private static final Resolver UNKNOWING = host -> {
            throw new UnknownHostException(host);
        };

        public static void main(String[] args) throws IOException {
            EventLoop loop = new FakeEventLoopProvider().open(LoopOptions.defaults().withResolver(UNKNOWING));
            System.out.println(ScannedLoop.lookUp(loop));
            Deque<FileInputStream> taken = new ArrayDeque<>();
            try {
                while (true) {
                    taken.push(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                taken.pop().close();
            }
            System.out.println(ScannedLoop.lookUp(loop));
            taken.pop().close();
            System.out.println(ScannedLoop.lookUp(loop));
            while (!taken.isEmpty()) {
                taken.pop().close();
            }
            System.out.println(ScannedLoop.lookUp(loop));
        }
    }

    @Rule({"RES-010", "CONN-005"})
    @EnabledOnOs(OS.LINUX)
    void aNameThatIsNotFoundWithFewDescriptorsIsToldTheyAreTooFew() throws Exception {
        ChildJvm child = ChildJvm.runLimited("ulimit -n 100", WithFewDescriptors.class, FakeEventLoopProvider.class, Limits.defaults());
        assertEquals(0, child.exit(), child::toString);
        assertEquals(List.of("DNS_FAILURE", "TOO_MANY_OPEN_FILES", "TOO_MANY_OPEN_FILES", "DNS_FAILURE"), child.out().lines().toList());
    }

    /** Whose context of the system cannot be made. */
    static final class WithoutContext {

        public static void main(String[] args) throws Exception {
            try {
                TlsOptions.client().contextFor("localhost", List.of());
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Rule("ERR-005")
    void whyTheSystemHasNoTlsContextIsSaid() throws Exception {
        ChildJvm child = ChildJvm.run(WithoutContext.class, FakeEventLoopProvider.class, Limits.defaults(),
                "-Djavax.net.ssl.keyStore=/nowhere/at/all");
        assertTrue(child.out().contains("/nowhere/at/all") && child.out().contains("withContext"), child.out() + child.err());
    }
}
