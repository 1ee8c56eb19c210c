package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One failure has one kind on all backends (ERR-002). An engine that knows the error number says so by
 * {@link EngineException}; of the JDK's exceptions the class tells some and the system's words tell the rest.
 */
public final class Failures {

    private static final Map<String, ErrorKind> WORDS = Map.of(
            "too many open files", ErrorKind.TOO_MANY_OPEN_FILES,
            "permission denied", ErrorKind.PERMISSION_DENIED,
            "operation not permitted", ErrorKind.PERMISSION_DENIED,
            "in use", ErrorKind.ADDRESS_IN_USE,
            "assign requested address", ErrorKind.ADDRESS_NOT_AVAILABLE,
            "unreachable", ErrorKind.UNREACHABLE,
            "no route to host", ErrorKind.UNREACHABLE,
            "host is down", ErrorKind.UNREACHABLE,
            "network is down", ErrorKind.UNREACHABLE);

    private Failures() {}

    public static NetworkException exception(IOException cause, Operation operation, String host, int port) {
        return new NetworkException(kind(cause, operation), operation, host, port, cause);
    }

    static ErrorKind kind(IOException cause, Operation operation) {
        if (cause instanceof EngineException known) {
            return known.kind();
        } else if (cause instanceof UnknownHostException) {
            return ErrorKind.DNS_FAILURE;
        } else if (cause instanceof NoRouteToHostException) {
            return ErrorKind.UNREACHABLE;
        } else if (cause instanceof ClosedChannelException) {
            return ErrorKind.SOCKET_CLOSED;
        }
        String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        ErrorKind told = told(words);
        if (told != null) {
            return told;
        }
        return switch (operation) {
            case CONNECT -> connecting(cause, words);
            case LISTEN -> cause instanceof BindException ? ErrorKind.ADDRESS_IN_USE : ErrorKind.OTHER;
            // a connected socket whose system speaks another language: what fails it is a reset, in all but name
            case READ, WRITE, CLOSE -> ErrorKind.CONNECTION_RESET;
            case ACCEPT -> ErrorKind.OTHER;
        };
    }

    private static @Nullable ErrorKind told(String words) {
        for (Map.Entry<String, ErrorKind> entry : WORDS.entrySet()) {
            if (words.contains(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static ErrorKind connecting(IOException cause, String words) {
        if (cause instanceof SocketTimeoutException || words.contains("timed out")) {
            return ErrorKind.CONNECT_TIMEOUT;
        } else if (words.contains("reset")) {
            return ErrorKind.CONNECTION_RESET;
        }
        return cause instanceof ConnectException ? ErrorKind.CONNECT_REFUSED : ErrorKind.OTHER;
    }
}
