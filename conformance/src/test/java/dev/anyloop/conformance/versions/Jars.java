package dev.anyloop.conformance.versions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/** Fetches jars with the Maven that runs the tests, from wherever it has the others. */
final class Jars {

    private static final String POM = """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>dev.anyloop</groupId>
              <artifactId>versions</artifactId>
              <version>1</version>
              <build><plugins><plugin>
                <artifactId>maven-dependency-plugin</artifactId>
                <version>%s</version>
                <configuration><artifactItems>
            %s
                </artifactItems></configuration>
              </plugin></plugins></build>
            </project>
            """;

    private Jars() {}

    /**
     * Copies the jars that are not yet there.
     *
     * @throws TestAbortedException if they cannot be had and {@code -Danyloop.require} does not name the backend
     */
    static void fetch(String backend, Path folder, Collection<Jar> jars) throws IOException, InterruptedException {
        List<Jar> missing = jars.stream().filter(jar -> !Files.exists(jar.in(folder))).toList();
        if (missing.isEmpty()) {
            return;
        }
        String failure = System.getProperty("maven.home") == null ? "Maven does not run this test" : copy(folder, missing);
        if (!failure.isEmpty() && List.of(System.getProperty("anyloop.require", "").split(",")).contains(backend)) {
            throw new AssertionError(failure);
        } else if (!failure.isEmpty()) {
            throw new TestAbortedException("other versions cannot be fetched: " + failure);
        }
    }

    private static String copy(Path folder, List<Jar> jars) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path pom = folder.resolve("pom.xml");
        String items = jars.stream().map(jar -> jar.item(folder)).collect(Collectors.joining());
        Files.writeString(pom, POM.formatted(System.getProperty("dependency-plugin.version"), items));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("maven.home"), "bin", "mvn").toString());
        if ("offline=true".equals(System.getProperty("maven.mode"))) {
            command.add("--offline");
        }
        command.addAll(List.of("--batch-mode", "--quiet", "--file", pom.toString(),
                "-Dmaven.repo.local=" + System.getProperty("maven.localRepository"), "dependency:copy"));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return "it takes too long";
        }
        return process.exitValue() == 0 ? "" : Files.readString(output);
    }
}
