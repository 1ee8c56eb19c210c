package dev.anyloop.uring;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Capabilities;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Fifo;
import dev.anyloop.core.transport.HalfOpen;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One ring. A turn enters the kernel once, to submit what has changed and to wait for what completes. */
final class UringTransport implements Transport {

    static final Set<Capability> CAPABILITIES = Capabilities.here(Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT);

    /** The user data of what wakes a wait: all other is a handle's. */
    static final long WAKEUP = -1;

    /** How often a poll enters the kernel: enough to tell of a thousand handles. */
    private static final int MOST_ENTERS = 52;

    private static final int MOST_WAITS_TO_CLOSE = 1000;
    private static final long WAIT_TO_CLOSE_NANOS = 1_000_000;

    // set once
    private final Thread owner = Thread.currentThread();
    private final Features features;
    private final Libc libc = new Libc();
    private final Sockets sockets = new Sockets(libc);
    private final Datagrams datagrams = new Datagrams(libc, sockets);
    private final Opening opening = new Opening(this);
    private final Ring ring;
    private final Wakeup wakeup;
    private final InUse inUse;
    // loop thread
    private @Nullable BufferRing buffers;
    private final ReadBuffer readBuffer = new ReadBuffer();
    private final Handles handles = new Handles();
    private final Rounds rounds = new Rounds(handles);
    private final Batch batch = new Batch(handles, MOST_ENTERS * Rounds.BATCH);
    private final Fifo<UringHandle> releasing = new Fifo<>();
    private final HalfOpen<UringReader> halfOpen = new HalfOpen<>();
    private boolean takenOver;
    private boolean closed;

    UringTransport(Features wanted) throws EngineException {
        features = owner.isVirtual() ? wanted.ofAnyThread() : wanted;
        ring = new Ring(libc, features);
        Wakeup opened = null;
        try {
            opened = new Wakeup(ring, features);
            buffers = features.bufferRing() ? new BufferRing(ring, features) : null;
            inUse = InUse.open(buffers == null ? null : buffers.memory());
        } catch (Throwable e) {
            if (opened != null) {
                opened.close();
            }
            ring.close(true);
            throw e;
        }
        wakeup = opened;
    }

    // ---- waiting ----

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        boolean complete = isTakenOver() || turn(timeoutNanos);
        halfOpen.due().forEach(UringReader::lookForReset);
        for (int released = releasing.size(); released > 0; released--) { // and not those these events release
            Objects.requireNonNull(releasing.poll()).released();
        }
        return complete;
    }

    private boolean turn(long timeoutNanos) throws EngineException {
        rounds.apply(ring);
        boolean quiet = releasing.isEmpty() && rounds.isQuiet() && ring.completions() == 0;
        long wait = wakeup.beforeWait(quiet ? halfOpen.limit(timeoutNanos) : 0);
        try {
            if (wait != 0) {
                wakeup.listen(ring);
            }
            if (wait != 0 || isToBeEntered()) {
                ring.enter(wait);
            }
        } finally {
            wakeup.afterWait();
        }
        return deliver();
    }

    /** Whether there is something to submit, or may be something to complete that is not shown yet. */
    private boolean isToBeEntered() {
        return ring.hasUnsubmitted() || ring.holdsBack() || !features.singleIssuer();
    }

    private boolean deliver() throws EngineException {
        try {
            return tellAll();
        } finally {
            batch.ends(ring); // whatever an event throws
            giveBackBuffers();
        }
    }

    /** Those that were held back until all that has changed was submitted. */
    private void giveBackBuffers() {
        if (buffers != null) {
            buffers.giveBackHeld();
        }
    }

    /** Tells what has completed, and goes on as long as there is more; false if that was too much for once. */
    private boolean tellAll() throws EngineException {
        for (int enters = 0; ; enters++) {
            int shown = ring.completions();
            batch.begins(shown);
            for (int left = shown; left > 0; left--) {
                complete();
                batch.told(ring);
            }
            rounds.apply(ring);
            boolean nothingElse = !ring.hasUnsubmitted() && ring.completions() == 0;
            boolean inVain = shown == 0 && enters == MOST_ENTERS; // the kernel may forget to say that it holds nothing back any more
            boolean allTold = nothingElse && (!ring.holdsBack() || inVain);
            rounds.entered(allTold);
            if (allTold || enters == MOST_ENTERS) {
                return allTold && !rounds.hasChanges();
            }
            ring.enter(0);
            giveBackBuffers();
        }
    }

    private void complete() {
        long userData = ring.userData();
        int result = ring.result();
        int flags = ring.flags();
        ring.next(); // whatever an event throws, it is told once
        if (userData >= 0) {
            UringHandle handle = handles.find(userData);
            if (handle != null) {
                handle.completed((int) userData & Handles.KIND, result, flags);
            }
        } else {
            wakeup.heard();
        }
    }

    @Override
    public void wakeup() {
        wakeup.wakeup();
    }

    // ---- making ----

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        return opening.connect(remote, local, options, events);
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        return opening.listen(local, options, events);
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        return opening.datagram(local, options, events);
    }

    // ---- for handles ----

    long add(UringHandle handle) {
        int all = handles.size() + releasing.size() + 1;
        releasing.makeRoom(all); // so that no release can fail
        rounds.makeRoom(all);
        inUse.makeRoom(handles.placesWithOneMore());
        return handles.add(handle);
    }

    /** Its descriptor is closed, which it is told in the next poll, or at the end of this one. */
    void release(UringHandle handle) {
        handles.remove(handle.id());
        releasing.add(handle);
    }

    Rounds rounds() {
        return rounds;
    }

    Batch batch() {
        return batch;
    }

    Ring ring() {
        return ring;
    }

    Features features() {
        return features;
    }

    Libc libc() {
        return libc;
    }

    Sockets sockets() {
        return sockets;
    }

    Datagrams datagrams() {
        return datagrams;
    }

    HalfOpen<UringReader> halfOpen() {
        return halfOpen;
    }

    /** Null if the kernel has no such thing, or the transport is closed. */
    @Nullable BufferRing buffers() {
        return buffers;
    }

    InUse inUse() {
        return inUse;
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    // ---- the end ----

    /**
     * Whether the owner is dead and another thread releases what it has left (SEAM-015). The ring talks to its owner only: so it is
     * closed, and the descriptors without it.
     */
    boolean isTakenOver() {
        if (!takenOver && features.singleIssuer() && Thread.currentThread() != owner) {
            takenOver = true;
            closeRing(false);
        }
        return takenOver;
    }

    private void closeRing(boolean byOwner) {
        wakeup.close();
        ring.close(byOwner);
        inUse.close();
        buffers = null; // whoever keeps a closed loop keeps no more (RES-007)
        readBuffer.drop();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handles.each(UringHandle::startClose);
        if (!isTakenOver()) {
            try {
                awaitRequests();
            } finally {
                handles.each(UringHandle::closeAtOnce);
                closeRing(true);
            }
        }
    }

    /** What is in flight may go on with memory that is nobody's any more. */
    private void awaitRequests() {
        try {
            for (int waits = 0; handles.size() > 0 && waits < MOST_WAITS_TO_CLOSE; waits++) {
                rounds.end();
                rounds.apply(ring);
                ring.enter(WAIT_TO_CLOSE_NANOS);
                for (int left = ring.completions(); left > 0; left--) {
                    complete();
                }
            }
        } catch (EngineException e) {
            // The ring is broken, and whoever polled it has been told.
        }
    }
}
