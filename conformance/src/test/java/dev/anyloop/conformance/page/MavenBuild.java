package dev.anyloop.conformance.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What Maven, the one that runs this test, said to a project of somebody else, and how that ended. */
record MavenBuild(int exit, String output) {

    private static final int MINUTES = 5; // it may have plugins to fetch

    /** Skips the test where Maven does not run it. */
    static MavenBuild run(Path project, Path repository, String... arguments) throws IOException, InterruptedException {
        Path maven = Path.of(System.getProperty("maven.home", ""), "bin", "mvn");
        assumeTrue(Files.isExecutable(maven), "there is no Maven here to build with");
        List<String> command = new ArrayList<>(
                List.of(maven.toString(), "-B", "-ntp", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(arguments));
        Path log = project.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "Maven does not end");
        } finally {
            process.destroyForcibly();
        }
        return new MavenBuild(process.exitValue(), Files.readString(log, UTF_8));
    }
}
