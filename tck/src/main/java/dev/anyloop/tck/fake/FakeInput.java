package dev.anyloop.tck.fake;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The receiving half of a {@link FakeConnection}. */
final class FakeInput {

    private static final int CHUNK = 65_536;

    private final FakePipe pipe;
    private boolean reading;
    private boolean readsAhead;
    private boolean late;
    private boolean over;
    private boolean failed;

    FakeInput(FakePipe pipe) {
        this.pipe = pipe;
    }

    FakePipe pipe() {
        return pipe;
    }

    boolean isReading() {
        return reading;
    }

    void pause() {
        late = reading && readsAhead;
        reading = false;
    }

    void resume() {
        reading = true;
    }

    void readAhead() {
        readsAhead = true;
    }

    boolean isReady() {
        return over ? !failed && pipe.failureAfterBytes() != null : (reading || late) && hasSomething();
    }

    private boolean hasSomething() {
        return pipe.size() > 0 || pipe.atEnd() || pipe.failureAfterBytes() != null;
    }

    /** The buffer is scrubbed: whoever keeps it gets what engines have in store for him (SEAM-004). */
    void deliverChunk(ConnectionEvents told) {
        if (pipe.size() > 0) {
            boolean wasLate = late;
            byte[] chunk = pipe.take(CHUNK);
            ByteBuffer view = ByteBuffer.allocateDirect(chunk.length).put(chunk).flip();
            told.received(view);
            view.clear().put(new byte[chunk.length]);
            late = wasLate ? pipe.size() == 0 : late;
        }
    }

    void deliverEnd(ConnectionEvents told) {
        if (pipe.size() > 0) {
            return;
        }
        over = true;
        IOException failure = pipe.failureAfterBytes();
        if (failure != null) {
            failed = true;
            told.failed(failure);
        } else {
            told.inputEnded();
        }
    }
}
