package dev.anyloop.core.datagram;

import dev.anyloop.Operation;
import dev.anyloop.ReceiveCallback;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Fifo;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a datagram socket: hands on what comes, or keeps it while the socket is paused or the loop halted, since
 * an engine may have read some more by then (SEAM-017). While anything is kept the engine is to read no more.
 */
final class Inbox {

    private record Held(ByteBuffer data, InetSocketAddress sender) {}

    // set once
    private final CoreDatagramSocket socket;
    // loop thread
    private @Nullable ReceiveCallback onReceive;
    private @Nullable Fifo<Held> held; // only while there is something
    private boolean paused;
    private boolean redelivering;

    Inbox(CoreDatagramSocket socket) {
        this.socket = socket;
    }

    void onReceive(ReceiveCallback callback) {
        onReceive = callback;
    }

    void received(ByteBuffer data, InetSocketAddress sender) {
        try {
            if (paused || held != null || socket.loop.isHalted()) {
                hold(data, sender);
            } else {
                deliver(data, sender);
            }
        } catch (VirtualMachineError e) { // not of a callback's: this datagram alone is lost (RES-008)
            socket.receiveFailed(new EngineException(Operation.RECEIVE, e));
        }
    }

    private void hold(ByteBuffer data, InetSocketAddress sender) {
        if (held == null) {
            redeliverLater(); // first: there may be no room, and then nobody would ask for what is kept
            held = new Fifo<>();
            socket.port().pauseReceiving();
        }
        ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
        held.add(new Held(copy, sender));
    }

    private void deliver(ByteBuffer data, InetSocketAddress sender) {
        if (onReceive != null && socket.hears(sender)) {
            socket.delivery.deliver(socket, onReceive, sender, data);
        }
    }

    void pause() {
        if (!paused) {
            paused = true;
            socket.port().pauseReceiving();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            if (held == null) {
                socket.port().resumeReceiving();
            } else {
                redeliverLater();
            }
        }
    }

    private void redeliverLater() {
        if (!redelivering && !paused) {
            socket.loop.defer(this::redeliver);
            redelivering = true; // not sooner: there may be no room
        }
    }

    /** What is kept comes before what the engine still has. */
    private void redeliver() {
        redelivering = false;
        try {
            while (held != null && !paused && !socket.loop.isHalted()) {
                Held next = held.poll();
                if (next != null) {
                    deliver(next.data, next.sender);
                } else {
                    held = null;
                    socket.port().resumeReceiving();
                }
            }
        } finally {
            if (held != null) {
                redeliverLater(); // the loop was halted in between, or there was no memory
            }
        }
    }

    void close() {
        held = null;
    }

    boolean isPaused() {
        return paused;
    }
}
