package dev.anyloop.core.socket;

import dev.anyloop.NetworkException;

/** Who has accepted a link that is to be shown to nobody before it is secure. */
public interface Reception {

    /** The handshake is done. */
    void secured(Link link);

    /**
     * It failed, and the link closes.
     *
     * @param unheard whether nothing had come of the peer before it was gone
     */
    void refused(Link link, NetworkException failure, boolean unheard);
}
