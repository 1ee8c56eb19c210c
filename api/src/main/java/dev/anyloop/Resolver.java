package dev.anyloop;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Turns a host name into addresses. Called on daemon threads of the loop, for several names at once, never on the loop
 * thread (CONN-006), and never with a literal address (CONN-007). The thread has no context class loader.
 *
 * <p>When the socket that asked is closed or has timed out, the thread is interrupted. A resolver that returns then, with
 * whatever, frees it; one that goes on is let, and its answer ignored (CONN-006, CONN-008).
 */
@FunctionalInterface
public interface Resolver {

    /**
     * Resolves a name; may block, and may be called by several threads at once.
     *
     * @param host the name as given to {@code connect}
     * @return its addresses in the order in which they are to be tried, which CONN-010 tells more of; empty counts as unknown
     * @throws IOException if the name cannot be resolved; reported as {@link ErrorKind#DNS_FAILURE} (CONN-005)
     */
    List<InetAddress> resolve(String host) throws IOException;

    /**
     * The system's resolver, which is the default.
     *
     * @return a resolver over {@link InetAddress#getAllByName}
     */
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
