package dev.anyloop.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Which programs of the system there are. */
final class Tools {

    private Tools() {}

    static boolean has(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
