package dev.anyloop;

import java.util.Locale;

/** What a socket or server was doing when the network failed it (CONN-002). */
public enum Operation {
    /** Resolving the name or making the connection. */
    CONNECT,
    /** Binding the listening address. */
    LISTEN,
    /** Accepting a connection. */
    ACCEPT,
    /** Securing a connection that has begun in plain ({@link Socket#startTls}). */
    SECURE,
    /** Waiting for bytes. */
    READ,
    /** Sending bytes. */
    WRITE,
    /** Closing gracefully. */
    CLOSE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
