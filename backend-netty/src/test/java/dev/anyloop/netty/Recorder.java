package dev.anyloop.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what a connection tells: {@code connected hello end closed}. */
final class Recorder implements ConnectionEvents {

    private final Consumer<IOException> onFailed;
    final List<String> log = new ArrayList<>();
    Connection connection;
    long received;
    long written;

    Recorder() {
        this(cause -> {});
    }

    Recorder(Consumer<IOException> onFailed) {
        this.onFailed = onFailed;
    }

    String log() {
        return String.join(" ", log);
    }

    boolean has(String event) {
        return log.contains(event);
    }

    @Override
    public void connected() {
        log.add("connected");
    }

    /** Short ones as text, long ones as a number. */
    @Override
    public void received(ByteBuffer bytes) {
        received += bytes.remaining();
        log.add(bytes.remaining() < 100 ? US_ASCII.decode(bytes).toString() : "bytes");
    }

    @Override
    public void inputEnded() {
        log.add("end");
    }

    @Override
    public void written(int count) {
        written += count;
    }

    @Override
    public void outputFailed(IOException cause) {
        log.add("outputFailed");
    }

    @Override
    public void failed(IOException cause) {
        log.add("failed");
        onFailed.accept(cause);
    }

    @Override
    public void closed() {
        log.add("closed");
    }
}
