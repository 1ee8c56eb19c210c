package dev.anyloop.core.connect;

import dev.anyloop.core.turn.Loop;
import java.net.UnixDomainSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Those of a loop, one for each path at which somebody waits. */
public final class PathQueues {

    // set once
    private final Loop loop;
    private final Map<UnixDomainSocketAddress, PathQueue> queues = new HashMap<>();
    // loop thread
    private long lastNumber;

    public PathQueues(Loop loop) {
        this.loop = loop;
    }

    /** For who begins, so that it is known who came first. */
    long nextNumber() {
        return ++lastNumber;
    }

    @Nullable PathQueue find(UnixDomainSocketAddress path) {
        return queues.get(path);
    }

    PathQueue findOrOpen(UnixDomainSocketAddress path) {
        return queues.computeIfAbsent(path, p -> new PathQueue(loop, () -> queues.remove(p)));
    }
}
