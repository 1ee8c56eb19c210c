package dev.anyloop.uring;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests of loads have in common. */
final class Loads {

    private Loads() {}

    static EventLoop open(Features features) throws IOException {
        return Loops.open("uring", LoopOptions.defaults(), new UringTransport(features));
    }

    static int openDescriptors() {
        return Path.of("/proc/self/fd").toFile().list().length;
    }

    /** In KiB. */
    static long residentMemory() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElseThrow();
    }
}
