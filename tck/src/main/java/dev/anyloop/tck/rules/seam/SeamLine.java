package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.RuleTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection and its peer, and what either has got of what the other sent. */
final class SeamLine {

    private static final byte SCRUBBED = 'X';

    // The peer's thread, and the driver's when the peer is over.
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();

    // The driver's thread.
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private @Nullable RecordedConnection connection;
    private ByteBuffer lent = ByteBuffer.allocate(0);
    private long left;
    private boolean shutDown;
    private boolean closing;
    private boolean whole;

    SeamLine use(RecordedConnection made) {
        connection = made;
        return this;
    }

    RecordedConnection connection() {
        return Objects.requireNonNull(connection, "not connected yet");
    }

    // ---- of the peer ----

    void send(Peer peer, byte[] content) throws IOException {
        peer.send(content);
        sent.writeBytes(content);
    }

    /** At least a byte, unless it ends in the middle of a record, and what has come until there is no more. */
    void readWhatIsThere(Peer peer) {
        try {
            arrived.writeBytes(peer.input().readNBytes(1));
            readWhatHasCome(peer);
        } catch (IOException e) {
            // A reset ends it as well.
        }
    }

    void readWhatHasCome(Peer peer) throws IOException {
        InputStream in = peer.input();
        while (!peer.socket().isInputShutdown() && (in.available() > 0 || peer.socket().getInputStream().available() > 0)) {
            byte[] come = in.readNBytes(Math.max(1, in.available())); // a record at least, if the peer is secured
            if (come.length == 0) {
                return;
            }
            arrived.writeBytes(come);
        }
    }

    /** Whatever that is; a reset takes what was not read. */
    void readToTheEnd(Peer peer) {
        byte[] chunk = new byte[65_536];
        try {
            InputStream in = peer.input();
            for (int n; (n = in.read(chunk)) >= 0; ) {
                arrived.write(chunk, 0, n);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the peer's connection did not end", e);
        } catch (IOException e) {
            // A reset ends it as well.
        }
    }

    // ---- of the driver, also inside of events ----

    void lend(ByteBuffer bytes) {
        lent = bytes;
        output.writeBytes(content(bytes));
        int size = bytes.remaining();
        left += size;
        try {
            left -= connection().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As much as the kernel takes. */
    void lend(ByteBuffer bytes, SeamDriver driver) throws IOException {
        int size = bytes.remaining();
        lend(bytes);
        driver.until("the first bytes are taken", () -> left < size || connection().written() > 0);
        assertFalse(isAllWritten(), "a peer that does not read was sent everything");
    }

    boolean isAllWritten() {
        return left == connection().written();
    }

    /** What is not taken of it is not sent. */
    void offer(ByteBuffer bytes) {
        byte[] content = content(bytes);
        try {
            output.write(content, 0, connection().offer(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] content(ByteBuffer bytes) {
        byte[] content = new byte[bytes.remaining()];
        bytes.duplicate().get(content);
        return content;
    }

    void shutDown() {
        shutDown = true;
        connection().connection().shutdownOutput();
    }

    void close() {
        closing = true;
        connection().close();
    }

    // ---- the end ----

    /** Goes on to the end of both directions, unless it is closing or has failed; then closes. */
    void finish(SeamDriver driver, ByteBuffer last) throws IOException {
        whole = !closing && !connection().saw("failed") && !connection().saw("outputFailed");
        if (whole) {
            finishBothWays(driver, last);
        }
        close();
        driver.until("closed", () -> connection().saw("closed"));
        scrub();
    }

    /** What was lent is nobody's now: who still sends from it sends this. */
    private void scrub() {
        lent.clear();
        while (lent.hasRemaining()) {
            lent.put(SCRUBBED);
        }
    }

    private void finishBothWays(SeamDriver driver, ByteBuffer last) throws IOException {
        if (!connection().saw("inputEnded")) {
            connection().resume();
        }
        driver.until("all that was lent is written", this::isAllWritten);
        if (!shutDown) {
            lend(last);
            driver.until("what is lent last is written", this::isAllWritten);
            shutDown();
        }
        driver.until("the peer's end", () -> connection().saw("inputEnded"));
    }

    /** When the peer is over too: nobody got anything else than was sent, nor less where nobody closed before the end. */
    void check() {
        check(whole);
    }

    void check(boolean toTheLastByte) {
        whole = toTheLastByte;
        check("received", sent.toByteArray(), connection().bytes());
        check("by the peer", output.toByteArray(), arrived.toByteArray());
    }

    private void check(String what, byte[] expected, byte[] actual) {
        RuleTest.assertSameBytes(Arrays.copyOf(expected, actual.length), actual, what);
        if (whole) {
            assertEquals(expected.length, actual.length, "bytes " + what);
        }
    }
}
