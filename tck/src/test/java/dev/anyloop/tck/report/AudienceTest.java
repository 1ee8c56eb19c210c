package dev.anyloop.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.rules.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.surefire.DeafListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The kit says itself what it found, once, and does not let a build go on that has not heard of it. */
class AudienceTest {

    private static final String RESULT = "Anyloop TCK: [1-9]\\d* passed, 0 failed, 0 skipped \\(fake-loop\\)";

    @TempDir
    private Path directory;

    /** Run by {@link Build}. */
    static class Fake extends EventLoopTck {
        @Override
        protected EventLoopProvider provider() {
            return new FakeEventLoopProvider();
        }
    }

    /** A build that has not failed as far as it knows. */
    static final class Build {
        private Build() {}

        public static void main(String[] args) throws ReflectiveOperationException {
            LauncherFactory.create().execute(
                    LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(Fake.class)).build(),
                    (TestExecutionListener) Class.forName(args[0]).getConstructor().newInstance());
            System.out.println("BUILD SUCCESS");
        }
    }

    private ChildJvm build(Class<? extends TestExecutionListener> listener) throws Exception {
        return ChildJvm.run(Build.class, listener, Limits.defaults(),
                "-Dtck.include=DISC-*", "-Dtck.report=" + directory);
    }

    @Test
    void theLastLineOfAKitSaysWhatItFound() throws Exception {
        ChildJvm build = build(SummaryGeneratingListener.class);
        assertTrue(build.out().matches(RESULT + "\\RBUILD SUCCESS\\R"), build.out() + build.err());
        assertEquals(0, build.exit());
        assertTrue(Files.exists(directory.resolve("fake-loop.json")));
    }

    @Test
    void aBuildThatDoesNotHearIsEnded() throws Exception {
        ChildJvm build = build(DeafListener.class);
        assertEquals(1, build.exit());
        assertTrue(build.out().lines().findFirst().orElse("").matches(RESULT), build.out() + build.err());
        assertTrue(build.out().contains("SomethingOld. Name version 3.6.0 or later of maven-surefire-plugin"), build.out());
        assertFalse(build.out().contains("BUILD SUCCESS"));
    }
}
