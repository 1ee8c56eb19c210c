package dev.anyloop.core.turn;

/** User code, ready to run. */
@FunctionalInterface
public interface Callback {
    void run() throws Exception;
}
