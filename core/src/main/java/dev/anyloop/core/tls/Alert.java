package dev.anyloop.core.tls;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a peer is told by a record of our own making, when there is no engine yet that could (RFC 8446, 6); and what engines say of
 * alerts, which is all that some providers tell of a failure.
 */
enum Alert {
    DECODE_ERROR(50),
    INTERNAL_ERROR(80),
    UNRECOGNIZED_NAME(112);

    private static final byte FATAL = 2;

    /** Of the JDK, of Bouncy Castle, and of BoringSSL, which is what Conscrypt is made of. */
    private static final Pattern HEARD =
            Pattern.compile("(?:Received fatal alert: |TlsFatalAlertReceived: |(?:SSLV3|TLSV1)_ALERT_)([A-Za-z_]+)");

    /** Of Bouncy Castle, whose exceptions are of one kind for all. */
    private static final Pattern SAID = Pattern.compile("TlsFatalAlert: ([a-z_]+)\\(");

    /** The others say that what the peer has sent was wrong in itself. */
    private static final Set<String> OF_HANDSHAKE = Set.of("handshake_failure", "protocol_version", "insufficient_security",
            "inappropriate_fallback", "missing_extension", "unsupported_extension", "unrecognized_name", "unknown_psk_identity",
            "no_application_protocol", "internal_error");

    private final byte code;

    Alert(int code) {
        this.code = (byte) code;
    }

    /** Of TLS 1.2, as which all versions begin. */
    void put(ByteBuffer room) {
        room.put(Records.ALERT).put((byte) 3).put((byte) 3).putShort((short) 2).put(FATAL).put(code);
    }

    /** Which alert of the peer's an engine tells of by these words, by its name in RFC 8446; null if of none. */
    static @Nullable String heardIn(String words) {
        Matcher heard = HEARD.matcher(words);
        return heard.find() ? heard.group(1).toLowerCase(Locale.ROOT) : null;
    }

    /** Whether an engine says by these words that it has sent an alert because both sides could not agree. */
    static boolean endsHandshake(String words) {
        Matcher said = SAID.matcher(words);
        return said.find() && OF_HANDSHAKE.contains(said.group(1));
    }
}
