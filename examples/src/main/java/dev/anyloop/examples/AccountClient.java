package dev.anyloop.examples;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.adapters.framing.LineDecoder;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A client of {@link Account} that does not give up: what was not answered is asked again on the next connection. */
final class AccountClient {

    private static final int LONGEST_LINE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final EventLoop loop;
    private final String host;
    private final int port;
    private final Map<String, String> unanswered = new LinkedHashMap<>();
    private int deposits;
    private Socket socket;
    private boolean connected;

    AccountClient(EventLoop loop, String host, int port) {
        this.loop = loop;
        this.host = host;
        this.port = port;
        connect();
    }

    /** On the loop's thread. */
    void deposit(long amount) {
        String id = "d" + deposits++;
        String line = "deposit " + id + " " + amount + "\n";
        unanswered.put(id, line);
        if (connected) {
            socket.write(line);
            socket.readTimeout(PATIENCE); // an answer is due
        }
    }

    boolean isAllAnswered() {
        return unanswered.isEmpty();
    }

    private void connect() {
        LineDecoder lines = new LineDecoder(LONGEST_LINE);
        socket = loop.connect(host, port, ConnectOptions.defaults().withConnectTimeout(PATIENCE))
                .onConnect(s -> {
                    connected = true;
                    unanswered.values().forEach(s::write);
                    s.readTimeout(unanswered.isEmpty() ? null : PATIENCE);
                })
                .onRead((s, data) -> read(s, lines, data))
                .onError((s, error) -> { }) // whatever it is, the next connection may fare better
                .onClose((s, error) -> {
                    connected = false;
                    loop.timer(PAUSE, timer -> connect());
                });
    }

    private void read(Socket from, LineDecoder lines, ByteBuffer data) throws ProtocolException {
        lines.read(data, line -> unanswered.remove(line.substring(line.indexOf(' ') + 1)));
        if (unanswered.isEmpty()) {
            from.readTimeout(null);
        }
    }
}
