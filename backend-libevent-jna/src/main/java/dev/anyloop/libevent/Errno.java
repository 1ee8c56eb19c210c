package dev.anyloop.libevent;

import com.sun.jna.Native;
import dev.anyloop.core.transport.EngineException;

/** Linux's error numbers. What each means to a program is core's to say. */
final class Errno {

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EMFILE = 24;
    static final int ENONET = 64;
    static final int EPROTO = 71;
    static final int ENOPROTOOPT = 92;
    static final int EOPNOTSUPP = 95;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
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

    /** Whether accepting failed for this one connection only: Linux reports what befell it before it was accepted. */
    static boolean isOfOneConnection(int errno) {
        return switch (errno) {
            case EINTR, EPERM, ENONET, EPROTO, ENOPROTOOPT, EOPNOTSUPP, ENETDOWN, ENETUNREACH, ECONNABORTED, EHOSTDOWN,
                    EHOSTUNREACH -> true;
            default -> false;
        };
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
