package dev.anyloop;

import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the context of a handshake by what the client asks for: one server with the certificates of several names, and
 * certificates that are replaced while it listens. See {@link TlsOptions#withContexts}.
 */
@FunctionalInterface
public interface TlsContexts {

    /**
     * Called once for each handshake of a server, when the client has said what it wants (TLS-021). It runs where handshakes
     * compute (TLS-006), off the loop's thread: it may block, for the time of the handshake timeout, and has to expect to be
     * asked by several threads at once.
     *
     * @param serverName the name that the client asks for (SNI), in lower case; it has at most 255 characters, and only letters, digits,
     *     dashes, underscores and single dots. Null if it asks for none, as it does when it connects to an address
     * @param alpn the application protocols that the client offers, the one it likes best first; empty if it offers none
     * @return the context, always the same one for the same certificate, since sessions are resumed by it; null to refuse the
     *     client, which is told that nobody has that name
     * @throws Exception fails the handshake
     */
    @Nullable SSLContext contextFor(@Nullable String serverName, List<String> alpn) throws Exception;
}
