package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection at a path; both are on one machine. What an end does is done at once, and the other's program sees it
 * a moment later, as on the loopback interface: two that answer each other at the same moment would keep time from passing. No
 * link is in between, so none of its rules applies.
 */
public final class UnixEnd implements SocketEnd {

    /** Something is done here of which the other end hears. */
    private record Doing(String what, int bytes, UnixDomainSocketAddress local, UnixDomainSocketAddress remote) {

        /** The same in every process. */
        @Override
        public int hashCode() {
            return 31 * what.hashCode() + bytes;
        }

        @Override
        public String toString() {
            return what + (bytes > 0 ? " of " + bytes : "") + " from " + text(local) + " to " + text(remote);
        }
    }

    // set once
    private final Machine machine;
    private final UnixDomainSocketAddress local;
    private final UnixDomainSocketAddress remote;
    private final UnixEnd peer;
    // the program
    private Runnable onChange = () -> { };
    private boolean closed;
    // out
    private int capacity;
    private boolean endSent;
    // in
    private final ByteQueue inbox = new ByteQueue(); // whatever the peer has written
    private int arrived; // how much of that the program sees
    private boolean ended;
    private @Nullable IOException failure;

    /** The one that connects; it brings its {@link #peer}. */
    UnixEnd(Machine machine, UnixDomainSocketAddress local, UnixDomainSocketAddress remote, TcpEnd.Buffers buffers,
            TcpEnd.Buffers ofPeer) {
        this.machine = machine;
        this.local = local;
        this.remote = remote;
        this.capacity = room(buffers);
        this.peer = new UnixEnd(this, ofPeer);
    }

    /** The one that is accepted. */
    private UnixEnd(UnixEnd peer, TcpEnd.Buffers buffers) {
        this.machine = peer.machine;
        this.local = peer.remote;
        this.remote = peer.local;
        this.capacity = room(buffers);
        this.peer = peer;
    }

    /** There is one queue for each direction, and it has room for what two hold over TCP. */
    private static int room(TcpEnd.Buffers buffers) {
        return buffers.send() + buffers.receive();
    }

    /** The one that is accepted. */
    UnixEnd peer() {
        return peer;
    }

    // ---- from the program ----

    @Override
    public void onChange(Runnable action) {
        onChange = action;
    }

    @Override
    public boolean isConnecting() {
        return false;
    }

    @Override
    public @Nullable IOException failure() {
        return failure;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public int readable() {
        return arrived;
    }

    @Override
    public boolean isAtEnd() {
        return ended && arrived == 0 && failure == null;
    }

    @Override
    public void read(ByteBuffer into, int count) {
        inbox.take(into, count);
        arrived -= count;
        tellPeer(() -> { });
    }

    @Override
    public boolean isWritable() {
        return isBroken() || room() > 0;
    }

    @Override
    public void limitOutput(int bytes) {
        capacity = bytes;
    }

    private boolean isBroken() {
        return closed || peer.closed;
    }

    private int room() {
        return capacity - peer.inbox.size();
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (isBroken()) {
            throw new EngineException(ErrorKind.CONNECTION_RESET, "Broken pipe");
        }
        int count = Math.min(bytes.remaining(), Math.max(0, room()));
        if (count > 0) {
            note("DATA", count);
            peer.inbox.add(bytes, count);
            tellPeer(() -> peer.arrived += count);
        }
        return count;
    }

    @Override
    public void end() {
        if (!endSent) {
            endSent = true;
            note("END", 0);
            tellPeer(() -> peer.ended = true);
        }
    }

    @Override
    public void reset() {
        failure = new EngineException(ErrorKind.CONNECTION_RESET, "Connection reset by peer");
        hangUp(failure);
        onChange.run();
    }

    @Override
    public void close() {
        onChange = () -> { };
        machine.descriptors().give();
        if (inbox.isEmpty()) {
            hangUp(null);
        } else {
            reset();
        }
    }

    // ---- to the other end ----

    /** The other end reads what it was sent, and then this failure or the end. */
    private void hangUp(@Nullable IOException why) {
        if (closed) {
            return;
        }
        closed = true;
        inbox.clear();
        arrived = 0;
        machine.paths().remove(this);
        note(why == null ? "CLOSE" : "RESET", 0);
        tellPeer(() -> {
            peer.ended = true;
            peer.failure = why;
        });
    }

    private void note(String what, int bytes) {
        machine.paths().note(new Doing(what, bytes, local, remote));
    }

    private void tellPeer(Runnable what) {
        machine.paths().later(() -> {
            if (!peer.closed) {
                what.run();
                peer.onChange.run();
            }
        });
    }

    // ---- seen from outside ----

    @Override
    public UnixDomainSocketAddress local() {
        return local;
    }

    @Override
    public UnixDomainSocketAddress remote() {
        return remote;
    }

    private static String text(UnixDomainSocketAddress address) {
        return address.equals(UnixPaths.UNNAMED) ? "(unnamed)" : address.toString();
    }

    @Override
    public String toString() {
        String progress = (endSent ? "end sent" : "open") + (ended ? ", peer has ended" : "");
        return String.format("%-24s %-24s %-28s %7d unread %7d unsent", text(local), text(remote), progress, inbox.size(), 0);
    }
}
