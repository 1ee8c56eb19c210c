package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection: a TCP in small. It has neither clock nor thread: it is told what arrives and what its program
 * does, and hands what it sends to its machine. The network keeps the order of what one end sends, and delivers it
 * sooner or later or lets the end know that it cannot; so nothing here is sent twice.
 *
 * <pre>
 *   CONNECTING ──SYN_ACK──▶ OPEN ──RST, time-out, reset()──▶ DEAD
 *        └──────RST, time-out─────────────────────────────────▲
 * </pre>
 *
 * How far each direction is, is a matter of its own: {@code endSent} for ours, {@code ended} for the peer's. When the
 * program has closed, the end goes on without it until both are over. It is longer than other classes, because all that
 * moves it stands in one place.
 */
public final class TcpEnd implements SocketEnd {

    private enum State { CONNECTING, OPEN, DEAD }

    // set once
    private final Machine machine;
    private final long connection;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Path way;
    private final Path wayBack;
    private final int receiveCapacity;
    private final boolean reusable;
    private final Stream stream;
    // what the program waits for
    private Runnable onChange = () -> { };
    // both directions
    private State state = State.CONNECTING;
    private boolean abandoned;
    private @Nullable IOException failure;
    // out: positions in the stream of bytes
    private final ByteQueue outbox = new ByteQueue(); // what was not sent yet: nothing is sent twice
    private int sendCapacity;
    private long written;
    private long acknowledged;
    private long sent;
    private long limit;
    private boolean endWanted;
    private boolean endSent;
    private boolean endAcknowledged;
    // in: positions in the stream of bytes
    private final ByteQueue inbox = new ByteQueue();
    private long received;
    private long advertised;
    private boolean ended;
    private boolean endedFirst;

    TcpEnd(Machine machine, long connection, InetSocketAddress local, InetSocketAddress remote, Buffers buffers, boolean reusable) {
        this.machine = machine;
        this.connection = connection;
        this.local = local;
        this.remote = remote;
        this.way = machine.pathTo(remote.getAddress());
        this.wayBack = machine.pathFrom(remote.getAddress());
        this.receiveCapacity = buffers.receive();
        this.reusable = reusable;
        this.stream = machine.stream(this, remote);
        this.sendCapacity = buffers.send();
    }

    /**
     * How much each direction holds.
     *
     * @param receive what may wait for the program to read it
     * @param send what may wait for the peer to receive it
     */
    public record Buffers(int receive, int send) {

        /** In bytes. */
        public static final int DEFAULT = 64 * 1024;

        /** With the default for what is 0. */
        public static Buffers of(int receive, int send) {
            return new Buffers(receive == 0 ? DEFAULT : receive, send == 0 ? DEFAULT : send);
        }
    }

    // ---- from the program ----

    @Override
    public void onChange(Runnable action) {
        onChange = action;
    }

    @Override
    public boolean isConnecting() {
        return state == State.CONNECTING;
    }

    @Override
    public @Nullable IOException failure() {
        return failure;
    }

    @Override
    public boolean isLocal() {
        return way.to() == machine;
    }

    @Override
    public int readable() {
        return inbox.size();
    }

    @Override
    public boolean isAtEnd() {
        return ended && inbox.isEmpty() && failure == null;
    }

    @Override
    public void read(ByteBuffer into, int count) {
        inbox.take(into, count);
        if (state == State.OPEN && !ended && limitForPeer() - advertised >= Math.max(1, window() / 2)) {
            send(Segment.Kind.ACK); // not for every byte: that would make the peer send byte by byte
        }
    }

    @Override
    public boolean isWritable() {
        return failure != null || (state == State.OPEN && room() > 0);
    }

    @Override
    public void limitOutput(int bytes) {
        sendCapacity = bytes;
    }

    private int room() {
        return sendCapacity - pending();
    }

    /** Sent or not, the peer has not received it. */
    private int pending() {
        return (int) (written - acknowledged);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (failure != null) {
            throw failure;
        }
        int count = Math.min(bytes.remaining(), Math.max(0, room()));
        outbox.add(bytes, count);
        written += count;
        push();
        return count;
    }

    @Override
    public void end() {
        endWanted = true;
        push();
    }

    @Override
    public void close() {
        onChange = () -> { };
        abandoned = true;
        machine.descriptors().give();
        if (state == State.CONNECTING) {
            die(null);
        } else if (state == State.OPEN && !inbox.isEmpty()) {
            reset();
        } else if (state == State.OPEN) {
            end();
            finishIfOver();
        }
    }

    // ---- to the wire ----

    Stream stream() {
        return stream;
    }

    void connect() {
        send(Segment.Kind.SYN);
    }

    /** On the side that was asked. */
    void accept(Segment syn) {
        state = State.OPEN;
        limit = syn.limit();
        send(Segment.Kind.SYN_ACK);
    }

    private void push() {
        if (state != State.OPEN) {
            return;
        }
        while (sent < Math.min(written, limit)) {
            int count = (int) Math.min(Math.min(written, limit) - sent, way.chunk());
            byte[] bytes = outbox.take(count);
            sent += count;
            machine.send(this, new Segment(Segment.Kind.DATA, connection, local, remote, bytes, received, advertise()));
        }
        if (endWanted && !endSent && sent == written) {
            endSent = true;
            send(Segment.Kind.FIN);
        }
    }

    private void send(Segment.Kind kind) {
        machine.send(this, Segment.empty(kind, connection, local, remote, received, advertise()));
    }

    private long advertise() {
        advertised = Math.max(advertised, limitForPeer());
        return advertised;
    }

    /** A promise once made is kept: the window may close, but it never moves back. */
    private long limitForPeer() {
        return received - inbox.size() + window();
    }

    private int window() {
        return wayBack.window(receiveCapacity);
    }

    @Override
    public void reset() {
        if (state != State.DEAD) {
            machine.send(this, Segment.empty(Segment.Kind.RST, connection, local, remote, 0, 0));
            die(reset("Connection reset"));
        }
    }

    /** The network has tried for too long. */
    void timedOut() {
        if (state != State.DEAD) {
            die(state == State.CONNECTING
                    ? new EngineException(ErrorKind.CONNECT_TIMEOUT, "Connection timed out")
                    : new EngineException(ErrorKind.CONNECTION_RESET, "Connection timed out"));
        }
    }

    private static EngineException reset(String words) {
        return new EngineException(ErrorKind.CONNECTION_RESET, words);
    }

    // ---- from the wire ----

    void receive(Segment segment) {
        if (state == State.DEAD) {
            return;
        }
        switch (segment.kind()) {
            case SYN -> { } // it was answered, and the answer is on its way
            case SYN_ACK -> {
                state = State.OPEN;
                heard(segment);
                send(Segment.Kind.ACK);
            }
            case ACK -> heard(segment);
            case DATA -> received(segment);
            case FIN -> peerEnded(segment);
            case FIN_ACK -> {
                heard(segment);
                endAcknowledged = true;
                finishIfOver();
                if (abandoned && !ended) {
                    machine.forgetLater(this);
                }
            }
            case RST -> die(state == State.CONNECTING
                    ? new EngineException(ErrorKind.CONNECT_REFUSED, "Connection refused") : reset("Connection reset"));
        }
        onChange.run();
    }

    private void heard(Segment segment) {
        acknowledged = Math.max(acknowledged, segment.taken());
        limit = Math.max(limit, segment.limit());
        push();
    }

    private void received(Segment segment) {
        if (abandoned) {
            reset(); // nobody will read it
            return;
        }
        inbox.add(segment.bytes());
        received += segment.bytes().length;
        heard(segment);
        send(Segment.Kind.ACK);
    }

    private void peerEnded(Segment segment) {
        ended = true;
        endedFirst = endSent;
        heard(segment);
        send(Segment.Kind.FIN_ACK);
        finishIfOver();
    }

    private void finishIfOver() {
        if (state == State.OPEN && abandoned && ended && endAcknowledged) {
            die(null);
        }
    }

    /** Nobody is left to hear of it, and the peer has not ended in a long time. */
    void giveUp() {
        if (state != State.DEAD) {
            die(null);
        }
    }

    /** Whether others that say the same may have its port. */
    boolean isReusable() {
        return reusable;
    }

    /** Whether its addresses stay in TIME_WAIT, so that what is still under way meets no other connection. */
    boolean hasEndedFirst() {
        return endAcknowledged && endedFirst;
    }

    private void die(@Nullable IOException why) {
        state = State.DEAD;
        failure = why;
        outbox.clear();
        written = acknowledged;
        machine.forget(this);
        onChange.run();
    }

    /** Whether it is the connection that a segment is of, and not an older or a newer one between the same addresses. */
    boolean isOf(Segment segment) {
        return connection == segment.connection();
    }

    /** The peer knows nothing of it any more, and begins anew from the same address. */
    void forgotten() {
        die(reset("Connection reset"));
    }

    /** Gone with its machine: nobody hears of it. */
    void vanish() {
        onChange = () -> { };
        die(null);
    }

    // ---- seen from outside ----

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public String toString() {
        String progress = state == State.DEAD ? "dead" : state == State.CONNECTING ? "connecting"
                : (endSent ? "end sent" : "open") + (ended ? ", peer has ended" : "") + (abandoned ? ", closed" : "");
        return String.format("%-24s %-24s %-28s %7d unread %7d unsent", Machine.text(local), Machine.text(remote), progress,
                inbox.size(), pending());
    }
}
