package dev.anyloop.tck.record;

import dev.anyloop.NetworkException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came to a socket. Written by the loop thread, read by any. */
final class Transcript {

    private final List<String> events = new ArrayList<>();
    private final List<String> completions = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int drains;
    private @Nullable NetworkException error;
    private @Nullable NetworkException closeError;

    synchronized void event(String name) {
        if (name.equals("drain")) {
            drains++;
        } else if (!name.equals("data") || events.isEmpty() || !events.get(events.size() - 1).equals(name)) {
            events.add(name);
        }
    }

    synchronized void received(ByteBuffer data) {
        byte[] chunk = new byte[data.remaining()];
        data.get(chunk);
        bytes.writeBytes(chunk);
    }

    synchronized void completed(String label) {
        completions.add(label);
    }

    synchronized void failed(NetworkException failure) {
        error = failure;
    }

    synchronized void closedWith(@Nullable NetworkException failure) {
        closeError = failure;
    }

    synchronized String trace() {
        return String.join(" ", events);
    }

    synchronized boolean saw(String event) {
        return events.contains(event);
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    synchronized int byteCount() {
        return bytes.size();
    }

    synchronized int drains() {
        return drains;
    }

    synchronized List<String> completions() {
        return List.copyOf(completions);
    }

    synchronized @Nullable NetworkException error() {
        return error;
    }

    synchronized @Nullable NetworkException closeError() {
        return closeError;
    }
}
