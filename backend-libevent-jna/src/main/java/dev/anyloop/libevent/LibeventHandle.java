package dev.anyloop.libevent;

import java.io.IOException;

/** What a descriptor stands for. All methods are called inside {@link LibeventTransport#poll} only. */
interface LibeventHandle {

    /**
     * Does what libevent found possible.
     *
     * @param what {@link Libevent#EV_READ}, {@link Libevent#EV_WRITE} or both
     */
    void ready(int what);

    /** The kernel refuses to watch the descriptor. While that is open, the kernel is asked again, and each refusal is told. */
    void unwatchable(IOException cause);

    /** The release is complete: the descriptor is gone. */
    void released();
}
