package dev.anyloop.core.transport;

import dev.anyloop.ErrorKind;

/** The error numbers of Linux, and what each means to a program that is not connected yet (ERR-002). */
final class LinuxErrors {

    static final int EAGAIN = 11;

    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EPIPE = 32;
    private static final int ENONET = 64;
    private static final int EPROTO = 71;
    private static final int ENOPROTOOPT = 92;
    private static final int EOPNOTSUPP = 95;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;
    private static final int ENETDOWN = 100;
    private static final int ENETUNREACH = 101;
    private static final int ECONNABORTED = 103;
    private static final int ECONNRESET = 104;
    private static final int ETIMEDOUT = 110;
    private static final int ECONNREFUSED = 111;
    private static final int EHOSTDOWN = 112;
    private static final int EHOSTUNREACH = 113;

    private LinuxErrors() {}

    static ErrorKind kind(int errno) {
        return switch (errno) {
            case ECONNREFUSED -> ErrorKind.CONNECT_REFUSED;
            case ETIMEDOUT -> ErrorKind.CONNECT_TIMEOUT;
            case EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN -> ErrorKind.UNREACHABLE;
            case ECONNRESET, EPIPE, ECONNABORTED -> ErrorKind.CONNECTION_RESET;
            case EADDRINUSE -> ErrorKind.ADDRESS_IN_USE;
            case EADDRNOTAVAIL -> ErrorKind.ADDRESS_NOT_AVAILABLE;
            case EACCES, EPERM -> ErrorKind.PERMISSION_DENIED;
            case EMFILE, ENFILE -> ErrorKind.TOO_MANY_OPEN_FILES;
            default -> ErrorKind.OTHER;
        };
    }

    /** Whether accepting failed for this one connection only: Linux tells there what befell it before. EPERM remains, and is not. */
    static boolean isOfOneConnection(int errno) {
        return switch (errno) {
            case ENONET, EPROTO, ENOPROTOOPT, EOPNOTSUPP, ENETDOWN, ENETUNREACH, ECONNABORTED, EHOSTDOWN, EHOSTUNREACH -> true;
            default -> false;
        };
    }
}
