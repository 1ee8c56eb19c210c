package dev.anyloop.conformance.faults;

import static dev.anyloop.ErrorKind.ADDRESS_IN_USE;
import static dev.anyloop.ErrorKind.ADDRESS_NOT_AVAILABLE;
import static dev.anyloop.ErrorKind.CONNECTION_RESET;
import static dev.anyloop.ErrorKind.CONNECT_REFUSED;
import static dev.anyloop.ErrorKind.OTHER;
import static dev.anyloop.ErrorKind.PERMISSION_DENIED;
import static dev.anyloop.ErrorKind.TOO_MANY_OPEN_FILES;
import static dev.anyloop.ErrorKind.UNREACHABLE;

import dev.anyloop.ErrorKind;

/** Errors of Linux, by its numbers. */
enum Errno {
    EINTR(4, OTHER), EIO(5, OTHER), EAGAIN(11, OTHER), ENOMEM(12, OTHER), EACCES(13, PERMISSION_DENIED),
    ENFILE(23, TOO_MANY_OPEN_FILES), EMFILE(24, TOO_MANY_OPEN_FILES), ENOSPC(28, OTHER), EPIPE(32, CONNECTION_RESET),
    ENONET(64, OTHER), EPROTO(71, OTHER), ENOPROTOOPT(92, OTHER), EOPNOTSUPP(95, OTHER),
    EADDRINUSE(98, ADDRESS_IN_USE), EADDRNOTAVAIL(99, ADDRESS_NOT_AVAILABLE), ENETDOWN(100, UNREACHABLE), ENETUNREACH(101, UNREACHABLE),
    ECONNABORTED(103, CONNECTION_RESET), ECONNRESET(104, CONNECTION_RESET), ENOBUFS(105, OTHER), ENOTCONN(107, OTHER),
    ETIMEDOUT(110, CONNECTION_RESET), ECONNREFUSED(111, CONNECT_REFUSED), EHOSTDOWN(112, UNREACHABLE), EHOSTUNREACH(113, UNREACHABLE);

    final int number;

    /** What core calls it. */
    final ErrorKind kind;

    Errno(int number, ErrorKind kind) {
        this.number = number;
        this.kind = kind;
    }

    /** Not a failure: whoever gets it tries again. */
    boolean isTemporary() {
        return this == EINTR || this == EAGAIN;
    }

    /** What the system calls it. */
    String words() {
        return Kernel.strerror(number);
    }
}
