package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;

/**
 * How the servers are started for an experiment.
 *
 * @param mode what they do
 * @param secure whether over TLS
 * @param atPath whether at a path; they listen on a port, too
 */
record Service(Mode mode, boolean secure, boolean atPath) {

    /** What follows the names of the programs that make its load. */
    String suffix() {
        return secure ? Programs.SECURE : mode == Mode.HTTP ? Programs.HTTP : "";
    }

    static Service plain(Mode mode) {
        return new Service(mode, false, false);
    }

    static Service secure(Mode mode) {
        return new Service(mode, true, false);
    }

    static Service atPath(Mode mode) {
        return new Service(mode, false, true);
    }
}
