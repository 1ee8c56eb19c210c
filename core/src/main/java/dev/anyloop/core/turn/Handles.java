package dev.anyloop.core.turn;

import dev.anyloop.core.description.HandleDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sockets and servers of a loop, and how many handles of the engine are not yet released. */
public final class Handles {

    // set once
    public final Gauge alive;
    // loop thread changes it; describe() reads it on any, and may miss one that comes, goes or moves meanwhile
    private volatile AtomicReferenceArray<@Nullable Handle> places = new AtomicReferenceArray<>(16);
    // loop thread
    private int size;
    private int unreleased;
    private int unfinished;

    /** @param alive how many of them keep the loop alive */
    Handles(Gauge alive) {
        this.alive = alive;
    }

    public void add(Handle handle) {
        makeRoom();
        put(size, handle);
        size++; // not sooner: whoever fails above has changed nothing
        handle.enter();
    }

    /** So that one more can be added without memory. */
    public void makeRoom() {
        if (size == places.length()) {
            grow();
        }
    }

    /** Something begins that must come to its end: if it does not, because memory or stack runs out, the next turn sees it through. */
    public void begin(Handle handle) {
        if (!handle.isUnfinished) {
            handle.isUnfinished = true;
            unfinished++;
        }
    }

    /** It has come to its end. */
    public void done(Handle handle) {
        if (handle.isUnfinished) {
            handle.isUnfinished = false;
            unfinished--;
        }
    }

    boolean hasUnfinished() {
        return unfinished > 0;
    }

    /** Where it failed there was too little to tidy up too. What failed before it was added is nobody's, and not counted any more. */
    void seeThrough() {
        if (unfinished > 0) {
            unfinished = 0;
            for (int i = 0; i < size; i++) {
                unfinished += at(i).isUnfinished ? 1 : 0;
            }
            for (int i = 0; i < size; i++) {
                if (at(i).isUnfinished) {
                    at(i).seeThrough();
                }
            }
        }
    }

    int size() {
        return size;
    }

    Handle at(int place) {
        return Objects.requireNonNull(places.getPlain(place));
    }

    /** The handle is gone, and keeps the loop alive no longer. The last one takes its place, so that this costs no search. */
    public void remove(Handle handle) {
        handle.leave();
        Handle last = at(--size);
        put(handle.place, last);
        places.setRelease(size, null);
    }

    private void put(int place, Handle handle) {
        handle.place = place;
        places.setRelease(place, handle);
    }

    private void grow() {
        AtomicReferenceArray<@Nullable Handle> more = new AtomicReferenceArray<>(2 * size);
        for (int i = 0; i < size; i++) {
            more.setPlain(i, places.getPlain(i));
        }
        places = more;
    }

    /** Over a copy, since what is done may add and remove. */
    void each(Consumer<Handle> action) {
        List<Handle> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(at(i));
        }
        all.forEach(action);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The engine has opened a connection or acceptor for us. */
    public void opened() {
        unreleased++;
    }

    /** The engine has told us that it is gone. */
    public void released() {
        unreleased--;
    }

    int unreleased() {
        return unreleased;
    }

    /** Any thread. Adds so many at most, and answers how many are left out. */
    int describe(int most, Consumer<HandleDescription> to) {
        AtomicReferenceArray<@Nullable Handle> seen = places;
        int count = 0;
        for (int i = 0; i < seen.length(); i++) {
            Handle handle = seen.getAcquire(i);
            if (handle != null && count++ < most) {
                to.accept(handle.describe());
            }
        }
        return Math.max(0, count - most);
    }
}
