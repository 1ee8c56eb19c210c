package dev.anyloop;

import java.util.Locale;

/** What a socket, server or datagram socket was doing when the network failed it (CONN-002). */
public enum Operation {
    /** Resolving the name or making the connection. */
    CONNECT,
    /** Binding the listening address. */
    LISTEN,
    /** Binding the address of a datagram socket. */
    BIND,
    /** Joining a multicast group. */
    JOIN,
    /** Accepting a connection. */
    ACCEPT,
    /** Securing a connection that has begun in plain ({@link Socket#startTls}). */
    SECURE,
    /** Waiting for bytes. */
    READ,
    /** Sending bytes. */
    WRITE,
    /** Sending a datagram. */
    SEND,
    /** Waiting for datagrams. */
    RECEIVE,
    /** Closing gracefully. */
    CLOSE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
