package dev.anyloop;

/**
 * What a backend may have beyond timers, tasks and TCP, which all have. It says so by
 * {@link dev.anyloop.spi.EventLoopProvider#capabilities()}; on another backend the calls that need it throw
 * {@link UnsupportedOperationException} (ERR-003).
 */
public enum Capability {

    /** {@code connect} and {@code listen} take a {@link java.net.UnixDomainSocketAddress}. */
    UNIX_SOCKETS("Unix-domain sockets"),

    /** Datagrams, over UDP. */
    DATAGRAMS("datagrams"),

    /** Several loops share one port, and the system spreads what comes. */
    REUSE_PORT("shared ports");

    private final String words;

    Capability(String words) {
        this.words = words;
    }

    /** In words, for messages. */
    @Override
    public String toString() {
        return words;
    }
}
