package dev.anyloop;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Turns a host name into addresses. Called on a daemon thread of the loop, never on the loop thread (CONN-006), and
 * never with a literal address (CONN-007).
 */
@FunctionalInterface
public interface Resolver {

    /**
     * Resolves a name; may block.
     *
     * @param host the name as given to {@code connect}
     * @return its addresses in the order in which they are to be tried (CONN-009); empty counts as unknown
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
