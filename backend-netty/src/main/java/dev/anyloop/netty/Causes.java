package dev.anyloop.netty;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes Netty's wrapping off a failure, so that what is left is the system's own. */
final class Causes {

    /** What Netty's native transports make of an error number: {@code send(..) failed with error(-32): Broken pipe}. */
    private static final Pattern NATIVE = Pattern.compile(".*\\(\\.\\.\\) failed with error\\(-(\\d+)\\): ?(.*)");

    /** The error numbers of Linux. What a timeout means depends on when it comes, so core tells it from the words. */
    private static final Map<Integer, ErrorKind> KINDS = Map.ofEntries(
            Map.entry(1, ErrorKind.PERMISSION_DENIED), // EPERM
            Map.entry(13, ErrorKind.PERMISSION_DENIED), // EACCES
            Map.entry(23, ErrorKind.TOO_MANY_OPEN_FILES), // ENFILE
            Map.entry(24, ErrorKind.TOO_MANY_OPEN_FILES), // EMFILE
            Map.entry(32, ErrorKind.CONNECTION_RESET), // EPIPE
            Map.entry(98, ErrorKind.ADDRESS_IN_USE), // EADDRINUSE
            Map.entry(99, ErrorKind.ADDRESS_NOT_AVAILABLE), // EADDRNOTAVAIL
            Map.entry(100, ErrorKind.UNREACHABLE), // ENETDOWN
            Map.entry(101, ErrorKind.UNREACHABLE), // ENETUNREACH
            Map.entry(103, ErrorKind.CONNECTION_RESET), // ECONNABORTED
            Map.entry(104, ErrorKind.CONNECTION_RESET), // ECONNRESET
            Map.entry(111, ErrorKind.CONNECT_REFUSED), // ECONNREFUSED
            Map.entry(113, ErrorKind.UNREACHABLE)); // EHOSTUNREACH

    private static final int ETIMEDOUT = 110;

    private Causes() {}

    /** Whether it is a failure of I/O at all, and not of a program. */
    static boolean isSystems(Throwable failure) {
        return innermost(failure) instanceof IOException;
    }

    /** The failure as the system told it. */
    static IOException system(Throwable failure) {
        Throwable cause = innermost(failure);
        String message = cause.getMessage();
        if (cause instanceof NoRouteToHostException && message == null) {
            return new NoRouteToHostException("No route to host");
        }
        Matcher told = NATIVE.matcher(message == null ? "" : message);
        if (told.matches()) {
            return numbered(Integer.parseInt(told.group(1)), told.group(2), cause instanceof ConnectException);
        }
        // The JDK and Netty call an address they cannot use an illegal argument; it is a failed attempt like any other.
        if (cause instanceof IOException known) {
            return known;
        }
        return new IOException(cause instanceof ChannelException ? message : "Unusable address: " + cause);
    }

    /** The first cause of all. */
    static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static IOException numbered(int number, String words, boolean connecting) {
        ErrorKind kind = KINDS.get(number);
        if (kind != null) {
            return new EngineException(kind, words);
        }
        return connecting && number == ETIMEDOUT ? new ConnectException(words) : new IOException(words);
    }
}
