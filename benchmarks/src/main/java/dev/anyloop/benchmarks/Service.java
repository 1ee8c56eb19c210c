package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;

/**
 * How the servers are started for an experiment.
 *
 * @param mode what they do
 * @param secure whether over TLS
 */
record Service(Mode mode, boolean secure) {

    static Service plain(Mode mode) {
        return new Service(mode, false);
    }

    static Service secure(Mode mode) {
        return new Service(mode, true);
    }
}
