package dev.anyloop.tck.fake;

import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A datagram socket in memory. */
public final class FakeDatagramPort implements DatagramPort, FakeHandle {

    /**
     * A datagram.
     *
     * @param text what is in it, as UTF-8
     * @param address who has sent it, or whom it is for
     */
    public record Datagram(String text, InetSocketAddress address) {}

    private record SendFailure(IOException cause, InetSocketAddress to) {}

    private static final int MOST_DATAGRAMS = 64;

    // Set once.
    private final FakeTransport transport;
    private final InetSocketAddress local;
    private final DatagramEvents events;

    // Loop thread.
    private final Deque<Datagram> incoming = new ArrayDeque<>();
    private final Deque<IOException> refusals = new ArrayDeque<>();
    private final Deque<SendFailure> sendFailures = new ArrayDeque<>();
    private final List<Datagram> sent = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private @Nullable InetSocketAddress peer;
    private @Nullable IOException nextFailure;
    private int room = Integer.MAX_VALUE;
    private boolean receiving;
    private boolean readsAhead;
    private boolean awaitsRoom;
    private boolean closing;

    FakeDatagramPort(FakeTransport transport, InetSocketAddress local, DatagramEvents events) {
        this.transport = transport;
        this.local = local;
        this.events = events;
    }

    // The seam

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        check("send");
        if ((to == null) != (peer != null)) {
            throw new IllegalStateException("sent to " + to + ", connected to " + peer);
        } else if (!data.isDirect()) {
            throw new IllegalStateException("not a direct buffer");
        }
        throwNextFailure();
        if (room == 0) {
            awaitsRoom = true;
            return false;
        }
        room--;
        sent.add(new Datagram(StandardCharsets.UTF_8.decode(data).toString(), to == null ? peer : to));
        return true;
    }

    @Override
    public void connect(@Nullable InetSocketAddress to) throws IOException {
        check("connect");
        peer = null;
        throwNextFailure();
        peer = to;
    }

    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        check("join");
        throwNextFailure();
        groups.add(membership(group, source));
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        check("leave");
        if (!groups.remove(membership(group, source))) {
            throw new IllegalStateException("never joined: " + membership(group, source));
        }
    }

    private static String membership(InetAddress group, @Nullable InetAddress source) {
        return group.getHostAddress() + (source == null ? "" : " of " + source.getHostAddress());
    }

    @Override
    public void pauseReceiving() {
        check("pauseReceiving");
        receiving = false;
    }

    @Override
    public void resumeReceiving() {
        check("resumeReceiving");
        receiving = true;
    }

    @Override
    public void close() {
        check("close");
        closing = true;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    private void check(String call) {
        transport.checkThread();
        if (closing) {
            throw new IllegalStateException(call + " after close");
        }
    }

    private void throwNextFailure() throws IOException {
        IOException failure = nextFailure;
        nextFailure = null;
        if (failure != null) {
            throw failure;
        }
    }

    // Events

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public boolean isReady() {
        return closing ? !transport.closesHeld()
                : awaitsRoom && room > 0 || !sendFailures.isEmpty() || receiving && !(incoming.isEmpty() && refusals.isEmpty());
    }

    @Override
    public void deliver() {
        if (closing) {
            transport.released(this);
            events.closed();
            return;
        }
        if (awaitsRoom && room > 0) {
            awaitsRoom = false;
            events.sendable();
        }
        while (!closing && !sendFailures.isEmpty()) {
            SendFailure next = sendFailures.remove();
            events.sendFailed(next.cause, next.to);
        }
        boolean began = receiving;
        while (receiving && !closing && !refusals.isEmpty()) {
            events.receiveFailed(refusals.remove());
        }
        for (int i = 0; i < MOST_DATAGRAMS && !incoming.isEmpty() && !closing && (receiving || began && readsAhead); i++) {
            Datagram next = incoming.remove();
            events.received(StandardCharsets.UTF_8.encode(next.text), next.address);
        }
    }

    // The script

    /**
     * A datagram comes.
     *
     * @param text what is in it, as UTF-8
     * @param sender who has sent it
     */
    public void arrive(String text, InetSocketAddress sender) {
        incoming.add(new Datagram(text, sender));
    }

    /**
     * An error comes instead of a datagram.
     *
     * @param cause the engine's exception
     */
    public void refuse(IOException cause) {
        refusals.add(cause);
    }

    /**
     * A datagram that was taken could not be sent, which shows later.
     *
     * @param cause the engine's exception
     * @param to whom it was for
     */
    public void failSent(IOException cause, InetSocketAddress to) {
        sendFailures.add(new SendFailure(cause, to));
    }

    /**
     * Makes the next {@link #send}, {@link #connect} or {@link #join} throw.
     *
     * @param failure what it throws
     */
    public void failNext(IOException failure) {
        nextFailure = failure;
    }

    /**
     * Sets how many datagrams can be sent. Unlimited at first.
     *
     * @param datagrams what the kernel takes
     */
    public void room(int datagrams) {
        room = datagrams;
    }

    /** Makes it deliver what came together with a datagram in whose event it was paused, as engines do that have read it by then. */
    public void readAhead() {
        readsAhead = true;
    }

    /**
     * What was sent, in order.
     *
     * @return all of it
     */
    public List<Datagram> sent() {
        return List.copyOf(sent);
    }

    /**
     * The groups that are joined.
     *
     * @return each with its source, if it has one
     */
    public List<String> groups() {
        return List.copyOf(groups);
    }

    /**
     * Tells whether it is to receive.
     *
     * @return true between {@link #resumeReceiving} and {@link #pauseReceiving}
     */
    public boolean isReceiving() {
        return receiving;
    }
}
