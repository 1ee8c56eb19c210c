package dev.anyloop.core;

/** User code, ready to run. */
@FunctionalInterface
interface Callback {
    void run() throws Exception;
}
