package dev.anyloop.benchmarks.servers;

import java.util.Arrays;

/** What is broadcast: all bytes of a message are its number. */
public final class Messages {

    /** Of each message. */
    public static final int BYTES = 1024;

    static final byte[] GREETING = {'+'};

    private final byte[] message = new byte[BYTES];

    /** The next one, until that after it. */
    byte[] next() {
        Arrays.fill(message, (byte) (message[0] + 1));
        return message;
    }
}
