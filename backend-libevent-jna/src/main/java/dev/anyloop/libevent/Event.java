package dev.anyloop.libevent;

import dev.anyloop.core.transport.EngineException;

/** One event of libevent: a descriptor watched for input or for output, or at present not watched. */
final class Event {

    private final short what;

    private long pointer; // 0 before it is first wanted, and once it is freed
    private boolean added;

    Event(short what) {
        this.what = what;
    }

    boolean isAdded() {
        return added;
    }

    void add(EventBase base, int fd, long id) throws EngineException {
        if (pointer == 0) {
            pointer = base.newEvent(fd, (short) (what | Libevent.EV_PERSIST), id);
        }
        if (Libevent.event_add(pointer, 0) == -1) {
            throw Errno.failed("event_add");
        }
        added = true;
    }

    void remove() {
        Libevent.event_del(pointer);
        added = false;
    }

    void free() {
        long freed = pointer;
        pointer = 0;
        added = false;
        if (freed != 0) {
            Libevent.event_free(freed);
        }
    }
}
