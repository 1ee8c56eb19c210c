package dev.anyloop.libevent;

import com.sun.jna.Native;
import dev.anyloop.core.transport.EngineException;

/** Linux's error numbers. What each means to a program is core's to say. */
final class Errno {

    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EMFILE = 24;
    static final int ENOPROTOOPT = 92;
    static final int EINPROGRESS = 115;

    private Errno() {}

    /** The number of the system call that has just failed on this thread. */
    static int last() {
        return Native.getLastError();
    }

    /** Not a failure: try again when the descriptor is ready, which is reported as long as it is. */
    static boolean isTemporary(int errno) {
        return errno == EAGAIN || errno == EINTR;
    }

    /**
     * The exception for a call that has just failed on this thread.
     *
     * @param call its name
     */
    static EngineException failed(String call) {
        return failed(call, last());
    }

    static EngineException failed(String call, int errno) {
        return new EngineException(errno, call + ": " + Libc.strerror(errno));
    }
}
