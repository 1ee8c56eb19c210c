package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The form of TLS records, as far as it is seen without a key: 1 byte for the type, 2 for the version, 2 for the length. */
final class Records {

    static final int HEADER_BYTES = 5;

    private static final int FIRST_TYPE = 20; // change_cipher_spec
    static final byte ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int LAST_TYPE = 24; // heartbeat
    private static final int VERSION = 3; // SSL 3.0 and all that came after it

    /** As many of the user's bytes has a record at most. */
    static final int PLAIN_BYTES = 16_384;

    /** As many may encryption add, in the version that allows most. */
    static final int ADDED_BYTES = 2_048;

    private static final int MOST_BYTES = PLAIN_BYTES + ADDED_BYTES;

    private static final int WORDS_SHOWN = 16;

    private Records() {}

    /**
     * How long the record is that begins here, header included.
     *
     * @return negative if that cannot be seen yet
     * @throws TlsException if it is none
     */
    static int length(ByteBuffer bytes) throws TlsException {
        int start = bytes.position();
        if (bytes.remaining() > 0 && (bytes.get(start) < FIRST_TYPE || bytes.get(start) > LAST_TYPE)
                || bytes.remaining() > 1 && bytes.get(start + 1) != VERSION) {
            throw new TlsException(ErrorKind.TLS_PROTOCOL, notTls(bytes));
        } else if (bytes.remaining() < HEADER_BYTES) {
            return -1;
        }
        int length = (bytes.get(start + 3) & 0xff) << 8 | bytes.get(start + 4) & 0xff;
        if (length > MOST_BYTES) {
            throw new TlsException(ErrorKind.TLS_PROTOCOL, "a record of " + length + " bytes, at most " + MOST_BYTES + " are allowed");
        }
        return HEADER_BYTES + length;
    }

    /** Of one that is there as a whole; in TLS 1.3 that cannot be seen once there are keys. */
    static boolean isAlert(ByteBuffer record) {
        return record.get(record.position()) == ALERT;
    }

    static boolean isHandshake(ByteBuffer record) {
        return record.get(record.position()) == HANDSHAKE;
    }

    private static String notTls(ByteBuffer bytes) {
        byte[] first = new byte[Math.min(bytes.remaining(), WORDS_SHOWN)];
        bytes.get(bytes.position(), first);
        String text = new String(first, StandardCharsets.ISO_8859_1);
        String words = printable(text);
        return text.matches("(?s)(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT) .*")
                ? "plain HTTP was sent to a TLS port: \"" + words + "\" (the client needs https)"
                : text.startsWith("HTTP/") ? "the peer answers in plain HTTP: \"" + words + "\" (is this its TLS port?)"
                : "not TLS: \"" + words + "\" (is the other side secured too?)";
    }

    /** Of ASCII, and with a dot for each character that is not to be seen. */
    static String printable(String text) {
        return text.replaceAll("[^ -~]", ".");
    }
}
