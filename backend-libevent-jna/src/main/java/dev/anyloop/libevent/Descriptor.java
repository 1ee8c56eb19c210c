package dev.anyloop.libevent;

import dev.anyloop.core.transport.EngineException;

/**
 * An open descriptor and what it is watched for. Changes take effect before the next wait, so one that is undone in the
 * same turn costs nothing.
 */
final class Descriptor {

    // Set once.
    private final EventBase base;
    private final long id;
    private final LibeventHandle handle;

    // Loop thread.
    private final Event input = new Event(Libevent.EV_READ);
    private final Event output = new Event(Libevent.EV_WRITE);
    private int fd; // −1 when closed
    private boolean inputWanted;
    private boolean outputWanted;
    private boolean changed;

    Descriptor(EventBase base, int fd, long id, LibeventHandle handle) {
        this.base = base;
        this.fd = fd;
        this.id = id;
        this.handle = handle;
    }

    /** Its number, or −1 when it is closed. */
    int fd() {
        return fd;
    }

    long id() {
        return id;
    }

    LibeventHandle handle() {
        return handle;
    }

    void watchInput(boolean wanted) {
        inputWanted = wanted;
        noteChange();
    }

    void watchOutput(boolean wanted) {
        outputWanted = wanted;
        noteChange();
    }

    void noteChange() {
        if (!changed && fd != -1) {
            base.noteChange(this);
            changed = true; // not sooner: there may be no room
        }
    }

    /** Tells libevent, and so the kernel, what has changed. Returns false if its handle had to tell core something. */
    boolean applyChange() {
        changed = false;
        if (fd == -1) {
            return true;
        }
        try {
            apply(input, inputWanted);
            apply(output, outputWanted);
            return true;
        } catch (EngineException e) {
            base.noteRefusal(this);
            handle.unwatchable(e);
            return false;
        }
    }

    private void apply(Event event, boolean wanted) throws EngineException {
        if (wanted && !event.isAdded()) {
            event.add(base, fd, id);
        } else if (!wanted && event.isAdded()) {
            event.remove();
        }
    }

    /** Frees everything native at once. A second call does nothing. */
    void close() {
        if (fd == -1) {
            return;
        }
        int closed = fd;
        fd = -1;
        base.remove(closed);
        input.free();
        output.free();
        Libc.close(closed);
    }
}
