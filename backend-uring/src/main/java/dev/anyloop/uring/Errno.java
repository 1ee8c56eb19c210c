package dev.anyloop.uring;

import dev.anyloop.core.transport.EngineException;
import java.io.IOException;

/** Linux's error numbers. What each means to a program is core's to say. */
final class Errno {

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOSYS = 38;
    static final int ETIME = 62;
    static final int ENOBUFS = 105;
    static final int EINPROGRESS = 115;
    static final int ECANCELED = 125;

    private Errno() {}

    /** Of a negative result: not a failure, but to be tried again. */
    static boolean isTemporary(int result) {
        return result == -EAGAIN || result == -EINTR;
    }

    /** Of a negative result: something is short, and may not be the next time. */
    static boolean isShortage(int result) {
        return switch (-result) {
            case EINTR, EAGAIN, ENOMEM, EBUSY, ENFILE, EMFILE, ENOBUFS -> true;
            default -> false;
        };
    }

    /** Of a negative result: whether a request ended without anything that anybody has to know. */
    static boolean isToBeRepeated(int result) {
        return result == -ECANCELED || isTemporary(result);
    }

    /** Whether it came of that error: its message ends with the system's words for it. */
    static boolean isOf(int errno, IOException e) {
        return String.valueOf(e.getMessage()).endsWith(Libc.message(errno));
    }

    /** Gives the result of a call back, if it has one. */
    static int check(String call, int result) throws EngineException {
        if (result < 0) {
            throw failed(call, result);
        }
        return result;
    }

    /** The exception for a negative result. */
    static EngineException failed(String call, int result) {
        return new EngineException(-result, call + ": " + Libc.message(-result));
    }
}
