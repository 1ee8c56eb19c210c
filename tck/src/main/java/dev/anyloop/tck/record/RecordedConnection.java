package dev.anyloop.tck.record;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection of the transport under test: checks that each event may come now, and remembers it. */
public final class RecordedConnection implements ConnectionEvents {

    private final SeamDriver driver;
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<String, Runnable> reactions = new HashMap<>();
    private final Loan loan = new Loan();
    private @Nullable Connection connection;
    private @Nullable IOException failure;
    private long written;
    private int chunks;
    private boolean closing;

    RecordedConnection(SeamDriver driver) {
        this.driver = driver;
    }

    RecordedConnection use(Connection made) {
        connection = made;
        return this;
    }

    public Connection connection() {
        if (connection == null) {
            throw new AssertionError("used before connect() returned");
        }
        return connection;
    }

    // What a test does with it

    public RecordedConnection resume() {
        connection().resumeReading();
        return this;
    }

    public RecordedConnection pause() {
        connection().pauseReading();
        return this;
    }

    /** Lends the buffer, which belongs to somebody else as soon as all is written or nothing more will be. */
    public int write(ByteBuffer lent) throws IOException {
        loan.lend(lent);
        try {
            int taken = connection().write(lent);
            check(loan.taken(taken));
            return taken;
        } catch (IOException e) {
            check(loan.giveBack());
            throw e;
        }
    }

    private void check(@Nullable String problem) {
        if (problem != null) {
            driver.fail(new AssertionError(problem + ", " + events));
        }
    }

    public int write(String text) throws IOException {
        return write(direct(text.getBytes(StandardCharsets.UTF_8)));
    }

    public int offer(ByteBuffer bytes) throws IOException {
        return connection().offer(bytes);
    }

    public static ByteBuffer direct(byte[] content) {
        return ByteBuffer.allocateDirect(content.length).put(content).flip();
    }

    /** Once; what was closed stays closed. */
    public void close() {
        if (!closing && connection != null) {
            closing = true;
            connection.close();
        }
    }

    /** Inside each event of that name, when it is recorded. */
    public RecordedConnection on(String event, Runnable reaction) {
        reactions.put(event, reaction);
        return this;
    }

    // Events

    private void event(String name) {
        driver.checkEvent(name);
        boolean terminated = saw("closed") || saw("failed") && !name.equals("closed");
        if (terminated || closing && !name.equals("closed")) {
            driver.fail(new AssertionError(name + " after " + (closing ? "close() and " : "") + events));
        }
        if (!name.equals("received") && !name.equals("written") && saw(name)) {
            driver.fail(new AssertionError(name + " twice: " + events));
        }
        if (events.isEmpty() || !events.get(events.size() - 1).equals(name)) {
            events.add(name);
        }
    }

    private void react(String name) {
        reactions.getOrDefault(name, () -> {}).run();
    }

    @Override
    public void connected() {
        event("connected");
        react("connected");
    }

    @Override
    public void received(ByteBuffer data) {
        event("received");
        if (data.remaining() < 1 || data.remaining() > 65_536 || saw("inputEnded")) {
            driver.fail(new AssertionError("received " + data.remaining() + " bytes; " + events));
        }
        byte[] chunk = new byte[data.remaining()];
        data.get(chunk);
        bytes.writeBytes(chunk);
        chunks++;
        react("received");
    }

    @Override
    public void inputEnded() {
        event("inputEnded");
        react("inputEnded");
    }

    @Override
    public void written(int count) {
        event("written");
        if (count < 1) {
            driver.fail(new AssertionError("written " + count));
        }
        written += count;
        check(loan.taken(count));
        react("written");
    }

    @Override
    public void outputFailed(IOException cause) {
        event("outputFailed");
        check(loan.giveBack());
        react("outputFailed");
    }

    @Override
    public void failed(IOException cause) {
        event("failed");
        failure = cause;
        check(loan.giveBack());
        react("failed");
    }

    @Override
    public void closed() {
        event("closed");
        if (!closing) {
            driver.fail(new AssertionError("closed without close(); " + events));
        }
        check(loan.giveBack());
        react("closed");
    }

    // What came

    public boolean saw(String event) {
        return events.contains(event);
    }

    public boolean isClosed() {
        return connection == null || saw("closed");
    }

    /** The events in order, equal ones in a row as one. */
    public String trace() {
        return String.join(" ", events);
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    public int byteCount() {
        return bytes.size();
    }

    public int chunks() {
        return chunks;
    }

    /** The sum of what {@code written} told. */
    public long written() {
        return written;
    }

    public @Nullable IOException failure() {
        return failure;
    }

    @Override
    public String toString() {
        return "[" + trace() + "]";
    }
}
