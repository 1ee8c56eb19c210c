package dev.anyloop.core;

/** A socket or a server, as the loop sees it. */
interface Handle {

    /** The loop winds down: close gracefully. */
    void closeGently();

    /** The loop closes, or the grace is over: release at once. */
    void closeNow();

    /** The loop closes over it: worth a word in debug mode. */
    void reportOpen();

    /** For people; any thread, so it may read a value that is about to change. */
    String describe();
}
