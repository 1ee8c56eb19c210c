package dev.anyloop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;

/**
 * What the network did. It comes to a socket's {@link ErrorCallback}, then to its close callback; only
 * {@link EventLoop#listen}, {@link EventLoop#datagram} and methods of {@link DatagramSocket} throw it. Misuse of the API is
 * never reported by this exception (ORDER-010).
 */
public final class NetworkException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final Operation operation;
    private final String host;
    private final int port;

    /**
     * Made by the library; public for those who implement {@link EventLoop} themselves. The engine's own words are added
     * to the message only where the kind says too little: they print addresses in ways of their own.
     *
     * @param kind what went wrong
     * @param operation what was being done
     * @param host the host as the caller gave it, or the peer's address, or the path of a Unix-domain socket
     * @param port the port, 0 if it is not known, or -1 with a path
     * @param cause the engine's own exception
     */
    public NetworkException(ErrorKind kind, Operation operation, String host, int port, IOException cause) {
        this(kind, operation, host, port, kind == ErrorKind.OTHER ? words(cause) : "", cause);
    }

    /**
     * The same, with more to tell than the kind does.
     *
     * @param kind what went wrong
     * @param operation what was being done
     * @param host the host as the caller gave it, or the peer's address, or the path of a Unix-domain socket
     * @param port the port, 0 if it is not known, or -1 with a path
     * @param detail the end of the message, or empty
     * @param cause the engine's own exception, or what stands for it
     */
    public NetworkException(
            ErrorKind kind, Operation operation, String host, int port, String detail, IOException cause) {
        super(message(kind, operation, host, port, detail), Objects.requireNonNull(cause, "cause"));
        this.kind = kind;
        this.operation = operation;
        this.host = host;
        this.port = port;
    }

    private static String message(ErrorKind kind, Operation operation, String host, int port, String detail) {
        String words = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return operation + " " + end(host, port) + ": " + words + (detail.isEmpty() ? "" : ", " + detail);
    }

    private static String end(String host, int port) {
        if (port < 0) {
            return host.isEmpty() ? "(unnamed)" : host;
        }
        boolean isAddress = host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
        return (isAddress ? "[" + host + "]" : host) + ":" + port;
    }

    private static String words(IOException cause) {
        Objects.requireNonNull(cause, "cause");
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /**
     * What went wrong.
     *
     * @return the kind, the same on every backend (ERR-002)
     */
    public ErrorKind kind() {
        return kind;
    }

    /**
     * What was being done.
     *
     * @return the operation that failed
     */
    public Operation operation() {
        return operation;
    }

    /**
     * The host, as it was given to {@code connect} or {@code listen}; of an accepted socket, the peer's address.
     *
     * @return a name or an address, or a path, which is empty for a Unix-domain socket without a name (UNIX-002)
     */
    public String host() {
        return host;
    }

    /**
     * The port that goes with {@link #host()}.
     *
     * @return the port, 0 if it is not known, or -1 if the host is a path
     */
    public int port() {
        return port;
    }
}
