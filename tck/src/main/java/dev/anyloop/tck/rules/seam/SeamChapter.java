package dev.anyloop.tck.rules.seam;

import dev.anyloop.Capability;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.RuleTest;
import dev.anyloop.tck.run.Failure;
import dev.anyloop.tck.run.Watchdog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A chapter of rules of the seam: its tests drive a transport by hand, as core would. */
public abstract class SeamChapter extends RuleTest {

    @FunctionalInterface
    protected interface Body {
        void run(SeamDriver driver) throws Exception;
    }

    private static final Set<Class<?>> WARM = ConcurrentHashMap.newKeySet();

    private @Nullable Engine engine;
    private volatile @Nullable SeamDriver current;

    /** Called before each test. */
    public final void use(Engine underTest) {
        engine = underTest;
    }

    @Override
    protected final void enter(ExtensionContext context) {
        super.enter(context);
        if (WARM.add(engine().kit())) {
            warmUp();
        }
    }

    /** Loads what is loaded once in a process, so that it does not count as a leak of the first test. */
    private void warmUp() {
        try {
            withTransport(driver -> {
                int port = peerServer(peer -> peer.send("hello").end().readAll());
                RecordedConnection connection = driver.connected(port).resume(); // unread bytes would reset the peer
                driver.until("all is read", () -> connection.saw("inputEnded"));
            });
        } catch (Exception | AssertionError e) {
            // The tests will say it better.
        }
    }

    private Engine engine() {
        return Objects.requireNonNull(engine, "only for tests with @Rule in a kit");
    }

    @Override
    protected final Limits limits() {
        return engine().limits().get();
    }

    @Override
    protected final Set<Capability> capabilities() {
        try {
            Transport transport = open();
            try {
                return transport.capabilities();
            } finally {
                transport.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected final Medium medium() {
        return engine().medium();
    }

    @Override
    protected final void peerFailed(Throwable failure) {
        SeamDriver driver = current;
        if (driver != null) {
            driver.fail(failure);
        }
    }

    /** A fresh transport, for the calling thread to close. */
    protected final Transport open() throws IOException {
        return engine().opener().open();
    }

    /** Opens a transport, and after the body releases what is left and closes the transport, twice. */
    protected final void withTransport(Body body) {
        Failure failure = new Failure();
        failure.catching(() -> {
            Transport transport = open();
            SeamDriver driver = new SeamDriver(world(), transport, limits(), failure);
            current = driver;
            Duration limit = limits().mustHappen().multipliedBy(2); // a step of the test that fails speaks first
            Watchdog watchdog = new Watchdog(world(), limit, driver::fail);
            failure.catching(() -> body.run(driver));
            failure.catching(driver::close);
            watchdog.close();
            current = null;
        });
        peers().finish(failure);
        failure.rethrow();
    }

    /** What is done with one of many cases. */
    @FunctionalInterface
    interface Case<C> {
        void play(C one) throws Exception;
    }

    /** One after the other; a failure says of which. */
    static <C> void each(List<C> cases, Case<C> play) throws Exception {
        for (C one : cases) {
            try {
                play.play(one);
            } catch (AssertionError e) {
                throw new AssertionError(one + ": " + e.getMessage(), e);
            }
        }
    }
}
