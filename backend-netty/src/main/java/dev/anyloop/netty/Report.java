package dev.anyloop.netty;

/** What waits for the end of Netty's run. */
interface Report {

    /** Does what has waited, and tells core. */
    void report();
}
