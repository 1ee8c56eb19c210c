package dev.anyloop.core.server;

import dev.anyloop.NetworkException;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.socket.Link;
import dev.anyloop.core.socket.Reception;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a server has accepted that is not secure yet, and of which nobody else knows (TLS-001, TLS-008). */
final class Handshakes implements Reception {

    // set once
    private final CoreServer server;
    // loop thread
    private final Set<Link> links = new LinkedHashSet<>(0);
    private boolean failing; // the last one did

    Handshakes(CoreServer server) {
        this.server = server;
    }

    void begin(Link link, TlsOptions options) {
        links.add(link);
        link.secure(options, this);
    }

    /** The server closes it. */
    void forget(Link link) {
        links.remove(link);
    }

    @Override
    public void secured(Link link) {
        links.remove(link);
        failing = false;
        server.handOver(link);
    }

    /** One who was gone before anybody heard of it is nobody's business (LISTEN-010). */
    @Override
    public void refused(Link link, NetworkException failure, boolean unheard) {
        links.remove(link);
        if (!unheard) {
            boolean first = !failing;
            failing = true;
            server.report(failure, first);
        }
    }

    void closeNow() {
        links.forEach(Link::closeNow);
        links.clear();
    }
}
