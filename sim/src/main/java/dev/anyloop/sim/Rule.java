package dev.anyloop.sim;

/** Something that was asked of the network or of a host, and holds until it is closed. */
public interface Rule extends AutoCloseable {

    /** Ends it. What waited because of it goes on, as late as a real network would notice. A second call does nothing. */
    @Override
    void close();
}
