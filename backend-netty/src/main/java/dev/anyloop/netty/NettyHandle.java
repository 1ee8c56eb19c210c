package dev.anyloop.netty;

/** What a channel stands for. */
interface NettyHandle {

    /** The release is complete: the descriptor is gone. Called inside {@link NettyTransport#poll} only. */
    void released();
}
