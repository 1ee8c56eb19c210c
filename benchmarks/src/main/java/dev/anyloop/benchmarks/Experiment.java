package dev.anyloop.benchmarks;

import java.io.IOException;

/** Something measured on a running server. */
interface Experiment {

    /** For goals, files and the command line. */
    String name();

    /** For people. */
    String title();

    /** How the servers are started for it. */
    Service service();

    /** Whether it is made once in each start only, after the others, because it leaves traces. */
    boolean once();

    /** Makes the server's code hot. */
    void warmUp(ServerProcess server, Load load, Settings settings) throws IOException;

    Sample measure(ServerProcess server, Load load, Settings settings) throws IOException;
}
