package dev.anyloop.core.datagram;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.buffer.BufferPool;
import dev.anyloop.core.buffer.OutputBuffer;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.turn.Gauge;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The sending half of a datagram socket: a queue of what the engine had no room for, which is bounded (DGRAM-003). */
final class Outbox {

    /** One that waits, and its place in the queue. */
    private static final class Waiting {
        final OutputBuffer buffer;
        final InetSocketAddress to;
        @Nullable Waiting next;

        Waiting(OutputBuffer buffer, InetSocketAddress to) {
            this.buffer = buffer;
            this.to = to;
        }
    }

    private enum Outcome { TAKEN, FAILED, NO_ROOM }

    // set once
    private final CoreDatagramSocket socket;
    private final int mostBytes;
    private final Gauge dropped = new Gauge();
    // loop thread
    private @Nullable Waiting first;
    private @Nullable Waiting last;
    private int waiting;
    private int waitingBytes; // of memory

    Outbox(CoreDatagramSocket socket, int mostBytes) {
        this.socket = socket;
        this.mostBytes = mostBytes;
    }

    /** Consumes the data. Tells whether it was taken or waits. */
    boolean send(ByteBuffer data, InetSocketAddress to) {
        if (first == null && data.isDirect()) {
            Outcome outcome = attempt(data, to);
            if (outcome != Outcome.NO_ROOM) {
                data.position(data.limit());
                return outcome == Outcome.TAKEN;
            }
        }
        OutputBuffer copy = pool().take(data.remaining());
        copy.bytes.put(data).flip();
        Outcome outcome = first == null ? attempt(copy.bytes, to) : Outcome.NO_ROOM;
        if (outcome == Outcome.NO_ROOM) {
            return enqueue(copy, to);
        }
        pool().give(copy);
        return outcome == Outcome.TAKEN;
    }

    /** Without bytes some engines send only when they have told of room: so one may wait, whatever the user would have waiting. */
    private boolean enqueue(OutputBuffer buffer, InetSocketAddress to) {
        int bytes = buffer.bytes.capacity();
        if (bytes > mostBytes - waitingBytes && !(first == null && !buffer.bytes.hasRemaining())) {
            pool().give(buffer);
            dropped.add(1);
            return false;
        }
        Waiting added = new Waiting(buffer, to);
        if (last == null) {
            first = added;
        } else {
            last.next = added;
        }
        last = added;
        waiting++;
        waitingBytes += bytes;
        return true;
    }

    /** A refusal is the answer to a datagram sent before: this one has not been sent yet, and nothing is wrong with it. */
    private Outcome attempt(ByteBuffer data, InetSocketAddress to) {
        int start = data.position();
        try {
            return offer(data, to);
        } catch (IOException cause) {
            socket.failed(cause, to);
            if (Failures.kind(cause, Operation.SEND) != ErrorKind.CONNECT_REFUSED) {
                return Outcome.FAILED;
            }
        }
        try {
            return offer(data.position(start), to);
        } catch (IOException cause) {
            socket.failed(cause, to);
            return Outcome.FAILED;
        }
    }

    private Outcome offer(ByteBuffer data, InetSocketAddress to) throws IOException {
        int start = data.position();
        int length = data.remaining();
        if (!socket.port().send(data, socket.remoteAddress() == null ? to : null)) {
            data.position(start);
            return Outcome.NO_ROOM;
        }
        socket.loop.counters.bytesOut.add(length);
        return Outcome.TAKEN;
    }

    /** The engine tells it once: one that there is no memory to send, or to tell of, must not leave the others waiting for ever. */
    void sendable() {
        VirtualMachineError untold = null;
        for (Waiting next = first; next != null; next = first) {
            try {
                if (attempt(next.buffer.bytes, next.to) == Outcome.NO_ROOM) {
                    break;
                }
            } catch (VirtualMachineError e) {
                untold = starved(e, next.to);
            }
            removeFirst(next);
        }
        if (untold != null) {
            throw untold;
        }
    }

    /** Returns what is left to throw, if not even the error can be made (RES-008). */
    private @Nullable VirtualMachineError starved(VirtualMachineError thrown, InetSocketAddress to) {
        try {
            socket.failed(new EngineException(Operation.SEND, thrown), to);
            return null;
        } catch (VirtualMachineError worse) {
            return worse;
        }
    }

    /** What waits is for nobody any more. */
    void drop() {
        while (first != null) {
            removeFirst(first);
            dropped.add(1);
        }
    }

    private void removeFirst(Waiting done) {
        first = done.next;
        if (first == null) {
            last = null;
        }
        waiting--;
        waitingBytes -= done.buffer.bytes.capacity();
        pool().give(done.buffer);
    }

    private BufferPool pool() {
        return socket.loop.buffers;
    }

    int size() {
        return waiting;
    }

    /** Any thread. */
    long dropped() {
        return dropped.get();
    }

    /** Any thread. */
    int waitingBytes() {
        return waitingBytes;
    }
}
