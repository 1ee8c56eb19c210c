package dev.anyloop.tck.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A datagram port of the transport under test: checks that each event may come now, and records what comes. What the engine has no
 * room for waits here, as it does in core.
 */
public final class RecordedPort implements DatagramEvents {

    private record Waiting(String text, @Nullable InetSocketAddress to) {}

    private final SeamDriver driver;
    private final List<String> trace = new ArrayList<>();
    private final List<InetSocketAddress> senders = new ArrayList<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable DatagramPort port;
    private final Map<String, Runnable> reactions = new HashMap<>();
    private boolean closing;
    private boolean closed;

    RecordedPort(SeamDriver driver) {
        this.driver = driver;
    }

    void use(DatagramPort bound) {
        port = bound;
    }

    public DatagramPort port() {
        if (port == null) {
            throw new AssertionError("used before datagram() returned");
        }
        return port;
    }

    public InetSocketAddress address() {
        return port().localAddress();
    }

    public RecordedPort resume() {
        port().resumeReceiving();
        return this;
    }

    public RecordedPort onReceived(Runnable reaction) {
        return on("received", reaction);
    }

    /** What is to be done in each event of that name, once it is recorded. */
    public RecordedPort on(String event, Runnable reaction) {
        reactions.put(event, reaction);
        return this;
    }

    private void react(String event) {
        reactions.getOrDefault(event, () -> {}).run();
    }

    public void send(String text, @Nullable InetSocketAddress to) throws IOException {
        waiting.add(new Waiting(text, to));
        if (waiting.size() == 1) {
            sendWaiting();
        }
    }

    private void sendWaiting() throws IOException {
        while (!waiting.isEmpty() && port().send(direct(waiting.peek().text), waiting.peek().to)) {
            waiting.remove();
        }
    }

    /** Whether something waits for room. */
    public boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).flip();
    }

    public void close() {
        if (!closing && port != null) {
            closing = true;
            port.close();
        }
    }

    /** The text of each datagram, and what else was told, in order. */
    public List<String> trace() {
        return trace;
    }

    public List<InetSocketAddress> senders() {
        return senders;
    }

    public boolean isClosed() {
        return closed;
    }

    // Events

    @Override
    public void received(ByteBuffer data, InetSocketAddress sender) {
        check("received");
        trace.add(UTF_8.decode(data).toString());
        senders.add(sender);
        react("received");
    }

    @Override
    public void receiveFailed(IOException cause) {
        check("receiveFailed");
        trace.add("(receiveFailed)");
        react("receiveFailed");
    }

    @Override
    public void sendable() {
        check("sendable");
        try {
            sendWaiting();
        } catch (IOException e) {
            driver.fail(e);
        }
        react("sendable");
    }

    @Override
    public void sendFailed(IOException cause, InetSocketAddress to) {
        check("sendFailed");
        trace.add("(sendFailed " + to + ")");
    }

    @Override
    public void closed() {
        driver.checkEvent("closed");
        if (!closing || closed) {
            driver.fail(new AssertionError("closed " + (closed ? "twice" : "without close()")));
        }
        closed = true;
        react("closed");
    }

    private void check(String event) {
        driver.checkEvent(event);
        if (closing) {
            driver.fail(new AssertionError(event + " after close()"));
        }
    }
}
