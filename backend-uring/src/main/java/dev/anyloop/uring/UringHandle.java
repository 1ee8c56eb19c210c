package dev.anyloop.uring;

import dev.anyloop.core.transport.EngineException;

/**
 * A descriptor with up to two requests in flight, one for input and one for output. What is wanted is compared with what is in
 * flight before the next wait, so a change that is undone in the same turn costs nothing.
 *
 * <p>The kernel goes on with a request though its descriptor is closed, and the peer hears nothing of that before it is done. So to
 * close is to cancel what is in flight, to wait until it has ended, and then to close the descriptor.
 */
abstract class UringHandle {

    // what user data says beside the number
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int CANCEL = 2;

    // set once
    final UringTransport transport;
    private final long id;
    // loop thread
    private int fd; // −1 when closed
    private int told = -1; // in which round it was last
    private boolean closing;
    private boolean noted;
    private boolean inputInFlight;
    private boolean inputCancelled;
    private boolean outputInFlight;
    private boolean outputCancelled;

    /** Takes an open descriptor over; if this throws, it has not. */
    UringHandle(UringTransport transport, int fd) {
        this.transport = transport;
        this.fd = fd;
        this.id = transport.add(this);
    }

    // ---- what is different ----

    /** Whether a request for input should be in flight. */
    abstract boolean wantsInput();

    /** Whether the request for input that is in flight should be another one by now. */
    boolean isInputOutdated() {
        return false;
    }

    abstract void requestInput(Ring ring, long userData) throws EngineException;

    /** Whether a request for input ended because there was nothing to receive into: it is made again, and nobody has to know. */
    boolean isForWantOfBuffer(int result) {
        return false;
    }

    abstract void inputCompleted(int result, int flags);

    /** Whether a request for output should be in flight. One that is is cancelled only to close. */
    abstract boolean wantsOutput();

    abstract void requestOutput(Ring ring, long userData) throws EngineException;

    abstract void outputCompleted(int result, int flags);

    /** What came after it was closed: for input that may have to be given back. */
    abstract void dropped(int result, int flags);

    /** It is being closed. */
    void closingBegins() {}

    /** The descriptor is closed. */
    abstract void released();

    // ---- what is the same ----

    final long id() {
        return id;
    }

    /** Its number, or −1 when it is closed. */
    final int fd() {
        return fd;
    }

    /** Whether core has closed it. */
    final boolean isClosing() {
        return closing;
    }

    /** What is wanted may have changed. */
    final void noteChange() {
        if (!noted) {
            transport.rounds().noteChange(this);
            noted = true;
        }
    }

    /** Before a wait, and within a poll as often as there are changes. False if what is wanted has to wait for the next round. */
    boolean applyChange(Ring ring) throws EngineException {
        if (fd == -1) {
            return true;
        }
        boolean input = wantsInput() && !closing;
        boolean output = wantsOutput() && !closing;
        if ((!input || isInputOutdated()) && inputInFlight && !inputCancelled) {
            cancel(ring, id + INPUT);
            inputCancelled = true;
        }
        if (closing && outputInFlight && !outputCancelled) {
            cancel(ring, id + OUTPUT);
            outputCancelled = true;
        }
        boolean requests = input && !inputInFlight || output && !outputInFlight;
        if (requests && told == transport.rounds().round()) {
            return false;
        }
        noted = false;
        if (input && !inputInFlight) {
            requestInput(ring, id + INPUT);
            inputInFlight = true;
        }
        if (output && !outputInFlight) {
            requestOutput(ring, id + OUTPUT);
            outputInFlight = true;
        }
        return true;
    }

    /** Though it has been told of something in this round: what it wants to send was waited for by nobody yet. */
    final void requestOutputNow() throws EngineException {
        requestOutput(transport.ring(), id + OUTPUT);
        outputInFlight = true;
    }

    private static void cancel(Ring ring, long userData) throws EngineException {
        ring.add(Ring.ASYNC_CANCEL, -1, userData, 0, 0, userData + CANCEL);
    }

    /** Inside poll. */
    final void completed(int kind, int result, int flags) {
        boolean input = (kind & OUTPUT) == 0;
        if (kind < CANCEL) {
            requestCompleted(input, result, flags);
        } else if (result < 0) {
            notCancelled(input);
        }
    }

    /**
     * The kernel was just at it, perhaps in a thread of its own, which may go back to waiting. So it is cancelled again, in the next poll, if
     * it has not ended by then.
     */
    private void notCancelled(boolean input) {
        if (input) {
            inputCancelled = false;
        } else {
            outputCancelled = false;
        }
        if (!noted && fd != -1) {
            transport.rounds().noteForNextPoll(this);
            noted = true;
        }
    }

    /** Whatever an event throws, the next request is not forgotten. */
    private void requestCompleted(boolean input, int result, int flags) {
        if ((flags & Ring.MORE_FOLLOWS) == 0) {
            ended(input);
        }
        if (input && isForWantOfBuffer(result)) {
            transport.rounds().ranDry();
        } else if (result >= 0 || !Errno.isToBeRepeated(result)) {
            told = transport.rounds().round();
        }
        if (closing) {
            try {
                if (input) {
                    dropped(result, flags);
                }
            } finally {
                closeIfIdle();
            }
        } else if (input) {
            inputCompleted(result, flags);
        } else {
            try {
                outputCompleted(result, flags);
            } finally {
                if (wantsOutput()) {
                    noteChange();
                }
            }
        }
    }

    private void ended(boolean input) {
        if (input) {
            inputInFlight = false;
            inputCancelled = false;
            noteChange();
        } else {
            outputInFlight = false;
            outputCancelled = false;
            transport.inUse().sent(id);
        }
    }

    /** From core, or because the transport is closed. */
    final void startClose() {
        closing = true;
        closingBegins();
        if (transport.isTakenOver()) {
            closeAtOnce();
        } else {
            closeIfIdle();
            noteChange();
        }
    }

    private void closeIfIdle() {
        if (!inputInFlight && !outputInFlight) {
            closeDescriptor();
        }
    }

    /** Though something may be in flight, which keeps the descriptor's socket alive: the peer hears of the end all the same. */
    final void closeAtOnce() {
        if (fd != -1) {
            transport.libc().call(Libc.SHUTDOWN, fd, Sockets.SHUT_RDWR, 0);
            closeDescriptor();
        }
    }

    private void closeDescriptor() {
        if (fd != -1) {
            int closed = fd;
            fd = -1;
            transport.libc().close(closed);
            transport.release(this);
        }
    }
}
