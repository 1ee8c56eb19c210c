package dev.anyloop.sim.net;

import java.net.InetSocketAddress;

/**
 * What one end of a connection sends to the other.
 *
 * @param kind what it is for
 * @param connection which one it is of, among those that there have been between these addresses
 * @param from the sender's address
 * @param to the receiver's address
 * @param bytes the data, empty in all other kinds
 * @param taken how many bytes the sender's system has received so far
 * @param limit how many bytes in all it will have room for
 */
record Segment(Kind kind, long connection, InetSocketAddress from, InetSocketAddress to, byte[] bytes, long taken, long limit) {

    enum Kind {
        /** May we talk? */
        SYN,
        /** Yes. */
        SYN_ACK,
        /** Nothing but what every segment carries: how much was received, and how much may come. */
        ACK,
        DATA,
        /** Nothing more comes from here. */
        FIN,
        /** The end of the sender was received. */
        FIN_ACK,
        /** There is no such connection, or not any more. */
        RST
    }

    private static final byte[] NOTHING = new byte[0];

    static Segment empty(Kind kind, long connection, InetSocketAddress from, InetSocketAddress to, long taken, long limit) {
        return new Segment(kind, connection, from, to, NOTHING, taken, limit);
    }

    /** The answer of a system that knows no such connection. */
    Segment refusal() {
        return empty(Kind.RST, connection, to, from, 0, 0);
    }

    @Override
    public String toString() {
        return kind + (bytes.length > 0 ? " of " + bytes.length : "");
    }
}
