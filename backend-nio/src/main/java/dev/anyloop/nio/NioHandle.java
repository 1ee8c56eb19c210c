package dev.anyloop.nio;

/** What a selection key stands for. Both methods are called inside {@link NioTransport#poll} only. */
interface NioHandle {

    /**
     * Does what the selector found possible.
     *
     * @param ops the operations, as in {@link java.nio.channels.SelectionKey#readyOps}
     */
    void ready(int ops);

    /** The release is complete: the descriptor is gone. */
    void released();
}
