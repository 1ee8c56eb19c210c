/** A simulated network with virtual time, for tests of programs that use Anyloop. */
module dev.anyloop.sim {
    requires transitive dev.anyloop;
    requires dev.anyloop.core;
    requires static org.jspecify;
    requires static transitive org.junit.jupiter.api;

    exports dev.anyloop.sim;

    provides dev.anyloop.spi.EventLoopProvider with
            dev.anyloop.sim.SimEventLoopProvider;

    opens dev.anyloop.sim; // JUnit makes the extension
}
