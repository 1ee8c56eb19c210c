package dev.anyloop.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.Socket;
import java.util.ArrayList;
import java.util.List;

/** What happened to a socket, as words. */
final class Log {

    private final List<String> words = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private long bytes;

    Log of(Socket socket) {
        socket.onConnect(same -> words.add("connect"))
                .onRead((same, data) -> {
                    bytes += data.remaining();
                    text.append(UTF_8.decode(data));
                })
                .onEnd(same -> words.add("end"))
                .onError((same, error) -> words.add(error.kind().name()))
                .onClose((same, error) -> words.add("close"));
        return this;
    }

    boolean isClosed() {
        return words.contains("close");
    }

    boolean has(String word) {
        return words.contains(word);
    }

    String text() {
        return text.toString();
    }

    long bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
