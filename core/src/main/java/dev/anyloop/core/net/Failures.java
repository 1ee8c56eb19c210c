package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

/**
 * One failure has one kind on all backends and in all languages (ERR-002). An engine that knows the error number says so by
 * {@link EngineException}; of the JDK's exceptions the class tells some, and {@link SystemWords} tell the others apart.
 */
public final class Failures {

    private Failures() {}

    public static NetworkException exception(IOException cause, Operation operation, String host, int port) {
        ErrorKind kind = kind(cause, operation);
        boolean anyPort = port == 0 && (operation == Operation.LISTEN || operation == Operation.BIND);
        return exception(anyPort ? ofAnyPort(kind) : kind, cause, operation, host, port);
    }

    /** When there is no port left to choose from, systems say that of a port which nobody has asked for. */
    private static ErrorKind ofAnyPort(ErrorKind kind) {
        return kind == ErrorKind.ADDRESS_IN_USE ? ErrorKind.ADDRESS_NOT_AVAILABLE : kind;
    }

    /** Of a connection that was made, whatever was to be done there: what the system says of it means that it is gone. */
    public static NetworkException ofConnection(IOException cause, Operation operation, String host, int port) {
        return exception(kind(cause, Operation.READ), cause, operation, host, port);
    }

    private static NetworkException exception(ErrorKind kind, IOException cause, Operation operation, String host, int port) {
        return cause instanceof CoreException known
                ? new NetworkException(kind, operation, host, port, known.getMessage(), cause)
                : new NetworkException(kind, operation, host, port, cause);
    }

    public static ErrorKind kind(IOException cause, Operation operation) {
        if (cause instanceof EngineException known) {
            return known.kind(operation);
        } else if (cause instanceof CoreException known) {
            return known.kind;
        } else if (cause instanceof UnknownHostException) {
            return ErrorKind.DNS_FAILURE;
        } else if (cause instanceof ClosedChannelException) {
            return ErrorKind.SOCKET_CLOSED;
        }
        return switch (operation) {
            case CONNECT, LISTEN, ACCEPT, BIND, JOIN, SEND, RECEIVE -> kindOfJdk(cause);
            // whatever the system says of a connection that was made: it is gone
            case SECURE, READ, WRITE, CLOSE -> ErrorKind.CONNECTION_RESET;
        };
    }

    /** Whether too few descriptors are left, for failures of those who do not tell that of others: a resolver above all. */
    public static boolean isForWantOfDescriptors(Throwable thrown) {
        return thrown instanceof IOException && SystemWords.tooFewDescriptorsAreLeft();
    }

    /** Whether the system would rather be asked again later. */
    public static boolean isBusy(IOException cause) {
        return cause instanceof EngineException known ? known.isBusy() : SystemWords.BUSY.areThoseOf(cause);
    }

    /** Whether accepting failed for one connection only, of which nobody has heard (LISTEN-010). */
    public static boolean isOfOneConnection(IOException cause, ErrorKind kind) {
        return cause instanceof EngineException known ? known.isOfOneConnection()
                : kind == ErrorKind.CONNECTION_RESET || kind == ErrorKind.UNREACHABLE;
    }

    /** Whether that cannot be known, because the JDK has nothing but words for it. */
    public static boolean mayBeOfOneConnection(IOException cause, ErrorKind kind) {
        return !(cause instanceof EngineException) && kind == ErrorKind.OTHER;
    }

    private static ErrorKind kindOfJdk(IOException cause) {
        if (cause instanceof PortUnreachableException) { // of ECONNREFUSED, told to a datagram socket
            return ErrorKind.CONNECT_REFUSED;
        } else if (cause instanceof NoRouteToHostException) {
            return ErrorKind.UNREACHABLE;
        } else if (cause instanceof SocketTimeoutException) {
            return ErrorKind.CONNECT_TIMEOUT;
        } else if (cause instanceof ConnectException) { // of ECONNREFUSED and ETIMEDOUT
            return SystemWords.REFUSED.areThoseOf(cause) ? ErrorKind.CONNECT_REFUSED : ErrorKind.CONNECT_TIMEOUT;
        } else if (cause instanceof BindException) { // of EADDRINUSE, EADDRNOTAVAIL and EACCES
            return SystemWords.IN_USE.areThoseOf(cause) ? ErrorKind.ADDRESS_IN_USE
                    : SystemWords.NOT_AVAILABLE.areThoseOf(cause) ? ErrorKind.ADDRESS_NOT_AVAILABLE
                    : ErrorKind.PERMISSION_DENIED;
        } else if (SystemWords.tellOfDescriptors(cause)) {
            return ErrorKind.TOO_MANY_OPEN_FILES;
        }
        return SystemWords.UNREACHABLE.areThoseOf(cause) ? ErrorKind.UNREACHABLE
                : SystemWords.RESET.areThoseOf(cause) ? ErrorKind.CONNECTION_RESET
                : SystemWords.NOT_PERMITTED.areThoseOf(cause) ? ErrorKind.PERMISSION_DENIED
                : ErrorKind.OTHER;
    }
}
