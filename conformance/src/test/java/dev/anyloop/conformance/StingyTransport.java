package dev.anyloop.conformance;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A good transport that does as little at once as the seam allows: takes few of what is offered, sends what is lent in pieces, one
 * in a poll, and brings what came in pieces too.
 */
final class StingyTransport extends BrokenTransport {

    private static final int MOST_AT_ONCE = 16_000;

    private final Random random;
    private final Set<StingyLink> sending = new LinkedHashSet<>(); // a piece of what they were lent, in the next poll

    StingyTransport(Transport good, Random random) {
        super(good);
        this.random = random;
    }

    /** Often few, so that headers are cut too. */
    private int few() {
        return random.nextInt(random.nextInt(4) == 0 ? 8 : MOST_AT_ONCE);
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        boolean drained = good.poll(sending.isEmpty() ? timeoutNanos : 0);
        List.copyOf(sending).forEach(StingyLink::sendPiece);
        return drained && sending.isEmpty();
    }

    @Override
    Link link(Connection connection) {
        return new StingyLink(connection);
    }

    @Override
    Events events(ConnectionEvents events) {
        return new StingyEvents(events);
    }

    private static StingyLink stingy(@Nullable Link link) {
        return (StingyLink) link;
    }

    private final class StingyEvents extends Events {

        StingyEvents(ConnectionEvents core) {
            super(core);
        }

        /** Who is paused in the middle of it gets the rest at once, which is the one chunk that may follow (SEAM-011). */
        @Override
        public void received(ByteBuffer bytes) {
            int end = bytes.limit();
            while (bytes.position() < end && !stingy(link).closed) {
                int start = bytes.position();
                int count = stingy(link).paused ? end - start : Math.min(1 + few(), end - start);
                core.received(bytes.limit(start + count));
                bytes.limit(end).position(start + count);
            }
        }

        @Override
        public void written(int count) {
            stingy(link).sent(count);
            core.written(count);
        }

        @Override
        public void outputFailed(IOException cause) {
            stingy(link).forget();
            core.outputFailed(cause);
        }

        @Override
        public void failed(IOException cause) {
            stingy(link).forget();
            core.failed(cause);
        }
    }

    private final class StingyLink extends Link {

        private @Nullable ByteBuffer lent;
        private int piece; // of it, that the good one has not sent yet
        private boolean paused = true;
        private boolean closed;

        StingyLink(Connection good) {
            super(good);
        }

        @Override
        public int offer(ByteBuffer bytes) throws IOException {
            checkNothingIsLent();
            int end = bytes.limit();
            bytes.limit(Math.min(bytes.position() + few(), end));
            try {
                return bytes.hasRemaining() ? good.offer(bytes) : 0;
            } finally {
                bytes.limit(end);
            }
        }

        @Override
        public int write(ByteBuffer bytes) {
            checkNothingIsLent();
            lent = bytes;
            sending.add(this);
            return 0;
        }

        /** In a poll. */
        private void sendPiece() {
            if (!sending.remove(this)) { // what the one before it was told
                return;
            }
            piece = Math.min(1 + few(), lent.remaining());
            try {
                int count = good.write(lent.slice(lent.position(), piece));
                if (count > 0) {
                    events.written(count);
                }
            } catch (IOException e) {
                events.outputFailed(e);
            }
        }

        private void sent(int count) {
            lent.position(lent.position() + count);
            piece -= count;
            if (!lent.hasRemaining()) {
                lent = null;
            } else if (piece == 0) {
                sending.add(this);
            }
        }

        private void forget() {
            lent = null;
            sending.remove(this);
        }

        @Override
        public void shutdownOutput() {
            checkNothingIsLent();
            super.shutdownOutput();
        }

        private void checkNothingIsLent() {
            if (lent != null) {
                throw new AssertionError(lent.remaining() + " bytes are still lent (SEAM-005)");
            }
        }

        @Override
        public void pauseReading() {
            paused = true;
            super.pauseReading();
        }

        @Override
        public void resumeReading() {
            paused = false;
            super.resumeReading();
        }

        @Override
        public void close() {
            closed = true;
            forget();
            super.close();
        }
    }
}
