package dev.anyloop.core.tls;

import java.nio.ByteBuffer;

/** What a peer is told by a record of our own making, when there is no engine yet that could (RFC 8446, 6). */
enum Alert {
    DECODE_ERROR(50),
    INTERNAL_ERROR(80),
    UNRECOGNIZED_NAME(112);

    private static final byte FATAL = 2;

    private final byte code;

    Alert(int code) {
        this.code = (byte) code;
    }

    /** Of TLS 1.2, as which all versions begin. */
    void put(ByteBuffer room) {
        room.put(Records.ALERT).put((byte) 3).put((byte) 3).putShort((short) 2).put(FATAL).put(code);
    }
}
