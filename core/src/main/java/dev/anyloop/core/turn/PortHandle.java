package dev.anyloop.core.turn;

/**
 * A handle that has a port, as a server and a datagram socket have: open from the moment it is bound until it is closed, which is
 * always at once, and gone when the engine says that the port is free.
 */
public abstract class PortHandle extends Handle {

    // set once
    public final Loop loop;
    private final Gauge ofItsKind;
    // loop thread
    private boolean open;
    private boolean released;
    private boolean gone;
    private boolean finishing;
    private boolean uncounted;

    /** @param ofItsKind counts those that are open or on their way out */
    protected PortHandle(Loop loop, Gauge ofItsKind) {
        this.loop = loop;
        this.ofItsKind = ofItsKind;
    }

    @Override
    protected final Gauge counter() {
        return loop.handles.alive;
    }

    /** The engine has bound it. */
    protected final void opened() {
        open = true;
        loop.handles.opened();
        ofItsKind.add(1);
    }

    protected final boolean isStillOpen() {
        return open;
    }

    public final boolean isOpen() {
        loop.checkThread();
        return open;
    }

    // ---- closing ----

    public final void close() {
        loop.checkThread();
        if (open) {
            StackRoom.require();
            closeNow();
        }
    }

    @Override
    public final void closeGently() {
        closeNow();
    }

    @Override
    public final void closeNow() {
        if (open) {
            closing();
            open = false;
            seeThrough();
        }
    }

    @Override
    protected final void seeThrough() {
        loop.handles.begin(this);
        if (!released) {
            release();
            released = true;
            freePort(); // this once, whether it fails or not
        }
        if (gone && !finishing) {
            loop.defer(this::finish);
            finishing = true;
        }
        loop.handles.done(this);
    }

    /** Lets go of what waits; once more if it fails. */
    protected abstract void release();

    /** Has the engine close the port. */
    protected abstract void freePort();

    /** The engine has; the last event. */
    public final void closed() {
        loop.handles.released();
        gone = true;
        seeThrough();
    }

    private void finish() {
        if (!uncounted) {
            loop.handles.remove(this);
            ofItsKind.add(-1);
            uncounted = true; // and if there is no memory to tell the user, this runs once more
        }
        tellClosed();
    }

    /** To the user, if that was asked for. */
    protected abstract void tellClosed();
}
