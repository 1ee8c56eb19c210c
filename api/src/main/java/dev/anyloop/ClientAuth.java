package dev.anyloop;

/** Whether a server asks those who connect for a certificate (TLS-010). */
public enum ClientAuth {
    /** It does not ask. */
    NONE,
    /** It asks, and takes who has none; a certificate that is not trusted fails the handshake. */
    WANT,
    /** It asks, and who has none fails the handshake. */
    NEED
}
