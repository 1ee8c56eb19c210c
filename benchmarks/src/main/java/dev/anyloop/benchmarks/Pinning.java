package dev.anyloop.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Keeps a process on one core, where the system has the tool for it and more than one core. */
final class Pinning {

    private static final boolean POSSIBLE =
            Runtime.getRuntime().availableProcessors() > 1 && Tools.has("taskset");

    private Pinning() {}

    static List<String> to(int core, List<String> command) {
        if (!POSSIBLE) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        return pinned;
    }

    static String describe() {
        return POSSIBLE ? "servers on core 0, load on core 1" : "not pinned (needs taskset and two cores)";
    }
}
