package dev.anyloop.http;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection, of either side, and how its messages are read: as long as somebody wants them. What came and nobody wants yet, a view's
 * worth at most, is held, and the socket paused.
 */
abstract class MessageConnection {

    private static final System.Logger LOGGER = System.getLogger("dev.anyloop.http");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // set once
    private final Socket socket;
    private final Spares<MessageReader> readers;
    // loop thread
    private @Nullable MessageReader reader; // borrowed while a message is under way
    private ByteBuffer held = NOTHING;
    private @Nullable ByteBuffer reading; // below, so that whoever calls from there need not start it
    private boolean readLater;
    private boolean full; // the peer has to take some of it first
    private boolean closing;
    private boolean leaving; // to another protocol

    MessageConnection(Socket socket, Spares<MessageReader> readers) {
        this.socket = socket;
        this.readers = readers;
    }

    final Socket socket() {
        return socket;
    }

    final void checkThread() {
        checkThread(socket.loop(), "a request or an answer");
    }

    static void checkThread(EventLoop loop, String what) {
        if (!loop.inLoop()) {
            throw new IllegalStateException(what + " was used on thread " + Thread.currentThread().getName()
                    + " (it belongs to the thread of its loop: use loop.execute)");
        }
    }

    final MessageReader reader() {
        if (reader == null) {
            reader = readers.borrow();
        }
        return reader;
    }

    /** No message is under way. While reading goes on, the next one may begin at once. */
    final void giveReaderBack() {
        if (!isReading() && reader != null) {
            readers.giveBack(reader);
            reader = null;
        }
    }

    /** Whether a part of a head is there. */
    final boolean isInHead() {
        return reader != null && reader.isInHead();
    }

    // ---- reading ----

    /** Whether what comes next has somebody to go to. */
    abstract boolean wantsInput();

    /** True if there may be more in what has come. */
    abstract boolean take(MessageReader.Event event) throws Exception;

    abstract void refuse(MalformedException e) throws Exception;

    /** Sets the deadline of what is waited for now. */
    abstract void armNow();

    /** Nothing more is read for now. */
    void readingStopped(boolean hasMore) throws Exception {
        armNow();
    }

    final void received(ByteBuffer data) throws Exception {
        read(data);
        if (data.hasRemaining() && !closing) {
            hold(data);
            socket.pause();
        }
    }

    /** What there is no memory for would be missing, and the next message begin anywhere. */
    private void hold(ByteBuffer data) {
        try {
            held = ByteBuffer.allocate(data.remaining()).put(data).flip();
        } catch (OutOfMemoryError e) {
            socket.abort();
            throw e;
        }
    }

    private void read(ByteBuffer in) throws Exception {
        reading = in;
        try {
            while (wantsInput() && take(reader().next(in))) { }
        } catch (MalformedException e) {
            refuse(e);
        } finally {
            readingDone();
        }
        if (!closing) {
            readingStopped(in.hasRemaining());
        }
    }

    final boolean isReading() {
        return reading != null;
    }

    /** Whether some of the next message is here already. */
    final boolean hasMoreToRead() {
        return reading != null && reading.hasRemaining();
    }

    private void readingDone() {
        try {
            sendTogether();
        } finally {
            reading = null;
        }
    }

    /** Goes on with what is held and then with more; never inside this call. */
    final void readOn() {
        if (!isReading() && !closing && !readLater) {
            socket.loop().execute(this::readHeld);
            readLater = true;
        }
    }

    private void readHeld() {
        readLater = false;
        if (closing) {
            return;
        }
        try {
            read(held);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
        if (!held.hasRemaining()) {
            held = NOTHING;
            if (!leaving) {
                socket.resume();
            }
        }
    }

    final boolean holdsInput() {
        return held.hasRemaining();
    }

    /** What is read now was held, and the socket is paused. */
    final boolean readsHeldInput() {
        return held != NOTHING;
    }

    final void forgetInput() {
        closing = true;
        held = NOTHING;
    }

    final void rearm() {
        if (!isReading() && !closing) {
            armNow();
        }
    }

    // ---- sending ----

    /** Of all connections: whoever begins takes what it wrote before anybody else can. */
    abstract MessageWriter writer();

    /** What waits to be written in one piece is. */
    void sendTogether() {}

    /** A message that is whole, whose writer does not ask for room: it may wait while more is read. */
    void writeWhole(ByteBuffer bytes) {
        write(bytes);
    }

    boolean write(ByteBuffer bytes) {
        sendTogether();
        boolean room = socket.write(bytes);
        full |= !room;
        return room;
    }

    final boolean isFull() {
        return full;
    }

    final void setDrained() {
        full = false;
    }

    // ---- another protocol ----

    /** Nobody wants more from here on. It is handed over when what is read now was looked at, never inside this call. */
    final void leaveTo(UpgradeCallback callback, Headers headers) {
        leaving = true;
        socket.pause();
        Headers kept = headers.copy();
        socket.loop().timer(Duration.ZERO, timer -> {
            if (!closing) {
                handOver(callback, kept);
            }
        });
    }

    final boolean isLeaving() {
        return leaving;
    }

    private void handOver(UpgradeCallback callback, Headers headers) throws Exception {
        ByteBuffer first = held;
        forgetInput();
        forgetExchange();
        giveReaderBack();
        socket.writeTimeout(null)
                .onRead((s, data) -> { }) // as if none had been set
                .onEnd(s -> { })
                .onDrain(s -> { })
                .onError((s, error) -> LOGGER.log(System.Logger.Level.WARNING, error.getMessage()))
                .onClose((s, error) -> { })
                .resume(); // to receive once this is over
        boolean taken = false;
        try {
            callback.upgraded(socket, headers, first);
            taken = true;
        } finally {
            if (!taken) {
                socket.close();
            }
            leave();
        }
    }

    /** It is over, and nothing is told. The reader is where the next message would begin. */
    abstract void forgetExchange();

    /** It is not one of its owner's any more. */
    abstract void leave() throws Exception;

    // ---- the end ----

    final boolean isClosing() {
        return closing;
    }

    final void setClosing() {
        closing = true;
    }
}
