package dev.anyloop.core;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sockets and servers of a loop, and how many handles of the engine are not yet released. */
final class Handles {

    private static final int MOST_DESCRIBED = 20;

    /** Where a handle stands among the others: removing it costs no search, and having it no more than this. */
    private static final class Place extends Ref {
        final Handle handle;
        int index;

        Place(Gauge alive, Handle handle) {
            super(alive);
            this.handle = handle;
        }
    }

    // set once
    private final Gauge alive;
    // loop thread changes it; describe() reads it on any, and may miss one that comes, goes or moves meanwhile
    private volatile AtomicReferenceArray<@Nullable Place> places = new AtomicReferenceArray<>(16);
    // loop thread
    private int size;
    private int unreleased;

    /** @param alive how many of them keep the loop alive */
    Handles(Gauge alive) {
        this.alive = alive;
    }

    /** The handle's share in keeping the loop alive, by which it is removed again. */
    Ref add(Handle handle) {
        if (size == places.length()) {
            grow();
        }
        Place place = new Place(alive, handle);
        put(size++, place);
        return place;
    }

    /** The handle is gone, and keeps the loop alive no longer. */
    void remove(Ref ref) {
        ref.end();
        Place last = Objects.requireNonNull(places.getPlain(--size));
        put(((Place) ref).index, last);
        places.setRelease(size, null);
    }

    private void put(int index, Place place) {
        place.index = index;
        places.setRelease(index, place);
    }

    private void grow() {
        AtomicReferenceArray<@Nullable Place> more = new AtomicReferenceArray<>(2 * size);
        for (int i = 0; i < size; i++) {
            more.setPlain(i, places.getPlain(i));
        }
        places = more;
    }

    /** Over a copy, since what is done may add and remove. */
    void each(Consumer<Handle> action) {
        List<Handle> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(Objects.requireNonNull(places.getPlain(i)).handle);
        }
        all.forEach(action);
    }

    boolean isEmpty() {
        return size == 0;
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
        AtomicReferenceArray<@Nullable Place> seen = places;
        int left = MOST_DESCRIBED;
        for (int i = 0; i < seen.length() && left >= 0; i++) {
            Place place = seen.getAcquire(i);
            if (place != null) {
                text.append("\n  ").append(left-- > 0 ? place.handle.describe() : "… and others");
            }
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
