package dev.anyloop.benchmarks.servers;

import java.util.function.IntConsumer;

/** A server under test. */
interface Subject {

    /**
     * Listens on a free port of the loopback interface and serves until the process ends.
     *
     * @param mode what to do with what comes
     * @param listening is told the port
     */
    void serve(Mode mode, IntConsumer listening) throws Exception;
}
