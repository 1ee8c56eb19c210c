package dev.anyloop.conformance.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/writing-a-backend.md tells authors to do is done, with Maven, on the backend that was written from it. */
class AuthorsPageTest {

    private static final Pattern POM = Pattern.compile("```xml\\R(<project .*?</project>\\R)```", Pattern.DOTALL);

    /** Left behind, for whoever looks into a failure. */
    private final Path directory = Path.of("target/page").toAbsolutePath();

    @BeforeEach
    void beginAnew() throws IOException {
        Checkout.delete(directory);
    }

    @Test
    void thePomOnThePageRunsBothKitsAndHearsOfAllTheirTests() throws Exception {
        Path backend = Files.createDirectories(directory.resolve("backend"));
        Files.writeString(backend.resolve("pom.xml"), pom());
        Checkout.copy("examples/custom-backend/src", backend.resolve("src"));

        MavenBuild build = MavenBuild.run(
                backend, Checkout.publish(directory.resolve("repository")), "test", "-Dtck.include=DISC-*,SEAM-001",
                "-DargLine=-XX:TieredStopAtLevel=1"); // its kits are done before another compiler would be

        assertEquals(0, build.exit(), build.output());
        assertHeard(build, "threads-loop", backend, "ThreadsTckTest");
        assertHeard(build, "threads-seam", backend, "ThreadsTransportTckTest");
    }

    private static String pom() throws IOException {
        String page = Files.readString(Checkout.file("docs/writing-a-backend.md"));
        List<MatchResult> poms = POM.matcher(page).results().toList();
        assertEquals(1, poms.size(), "POMs on the page");
        return poms.get(0).group(1);
    }

    /** The kit's own last line, once, and the report of the build say the same. */
    private static void assertHeard(MavenBuild build, String kit, Path backend, String test) throws IOException {
        List<MatchResult> said = Pattern.compile("Anyloop TCK: (\\d+) passed, 0 failed, 0 skipped \\(" + kit + "\\)")
                .matcher(build.output()).results().toList();
        assertEquals(1, said.size(), build.output());
        String report = Files.readString(
                backend.resolve("target/surefire-reports/TEST-com.example.threads." + test + ".xml"));
        int passed = count(report, "tests") - count(report, "skipped");
        assertTrue(passed > 0, () -> test + " has run nothing");
        assertEquals(Integer.parseInt(said.get(0).group(1)), passed, test);
    }

    private static int count(String report, String attribute) {
        return Pattern.compile("<testsuite [^>]* " + attribute + "=\"(\\d+)\"").matcher(report).results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst().orElseThrow();
    }
}
