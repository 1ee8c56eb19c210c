package dev.anyloop.core;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The sockets and servers of a loop, and how many handles of the engine are not yet released. */
final class Handles {

    private static final int MOST_DESCRIBED = 20;

    // loop thread changes it; describe() reads it on any
    private final Set<Handle> all = ConcurrentHashMap.newKeySet();
    // loop thread
    private int unreleased;

    void add(Handle handle) {
        all.add(handle);
    }

    void remove(Handle handle) {
        all.remove(handle);
    }

    /** Over a copy, since what is done may add and remove. */
    void each(Consumer<Handle> action) {
        List.copyOf(all).forEach(action);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The engine has opened a connection or acceptor for us. */
    void opened() {
        unreleased++;
    }

    /** The engine has told us that it is gone. */
    void released() {
        unreleased--;
    }

    int unreleased() {
        return unreleased;
    }

    /** Releases a connection that nobody wants any more. */
    ConnectionEvents discard(Connection connection) {
        opened();
        connection.close();
        return new Discarded();
    }

    /** Any thread. */
    String describe() {
        StringBuilder text = new StringBuilder();
        int left = MOST_DESCRIBED;
        for (Handle handle : all) {
            if (left-- == 0) {
                return text.append("\n  … and others").toString();
            }
            text.append("\n  ").append(handle.describe());
        }
        return text.toString();
    }

    private final class Discarded implements ConnectionEvents {
        @Override
        public void connected() {}

        @Override
        public void received(ByteBuffer bytes) {}

        @Override
        public void inputEnded() {}

        @Override
        public void written(int count) {}

        @Override
        public void outputFailed(IOException cause) {}

        @Override
        public void failed(IOException cause) {}

        @Override
        public void closed() {
            released();
        }
    }
}
