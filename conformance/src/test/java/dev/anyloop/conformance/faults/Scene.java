package dev.anyloop.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.record.LoopSession;
import dev.anyloop.tck.record.RecordedSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Three connections at once between a server and clients of one loop: each client sends more than kernels hold, and its end, and
 * gets all of it back, and the server's end. It ends by itself whatever fails.
 */
final class Scene {

    static final int PAIRS = 3;

    private static final int BUFFER = 4_096;
    private static final SocketOptions SMALL = SocketOptions.defaults()
            .withAllowHalfOpen(true).withBufferSizes(BUFFER, BUFFER).withKeepAlive(true);

    private final LoopSession session;
    private final EventLoop loop;
    private final int size;
    private final Duration patience;
    private final Intrusion intrusion;
    private final List<RecordedSocket> clients = new ArrayList<>();
    private final Map<SocketAddress, RecordedSocket> served = new HashMap<>(); // by the client's address
    private final Map<RecordedSocket, SocketAddress> addresses = new HashMap<>();
    private final List<Throwable> told = new ArrayList<>();
    private @Nullable Server server;
    private int open = PAIRS;
    private int callbacks;

    Scene(LoopSession session, EventLoop loop, int size, Duration patience, Intrusion intrusion) {
        this.intrusion = intrusion;
        this.session = session;
        this.loop = loop;
        this.size = size;
        this.patience = patience;
    }

    /** What of it was told in another way than to a socket. */
    List<Throwable> told() {
        return told;
    }

    void play() {
        try {
            loop.run(same -> begin());
        } catch (RuntimeException e) {
            told.add(e); // of a broken engine
        }
    }

    private void begin() {
        ListenOptions options = ListenOptions.defaults().withSocket(SMALL);
        try {
            server = loop.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options,
                    (same, socket) -> serve(session.record(socket, true)));
        } catch (NetworkException e) {
            told.add(e);
            return;
        }
        server.onError((same, error) -> told.add(error));
        for (int i = 0; i < PAIRS; i++) {
            clients.add(client(i, session.record(
                    loop.connect(server.localAddress(), options()), false)));
        }
    }

    private ConnectOptions options() {
        return ConnectOptions.defaults().withSocket(SMALL).withConnectTimeout(patience);
    }

    private void serve(RecordedSocket recorded) {
        served.put(recorded.socket().remoteAddress(), recorded);
        patient(recorded.socket());
        recorded.onRead((socket, data) -> {
            socket.write(data);
            intrude(socket);
        }).onEnd(Socket::close).onDrain(this::intrude);
    }

    private void intrude(Socket socket) {
        if (++callbacks == intrusion.callback()) {
            intrusion.on(socket);
        }
    }

    private RecordedSocket client(int index, RecordedSocket recorded) {
        patient(recorded.socket());
        return recorded.onConnect(socket -> {
            addresses.put(recorded, socket.localAddress());
            byte[] content = content(index);
            socket.write(Arrays.copyOf(content, size / 2));
            socket.write(Arrays.copyOfRange(content, size / 2, size));
            socket.end();
            intrude(socket);
        }).onRead((socket, data) -> intrude(socket)).onEnd(Socket::close).onClose((socket, error) -> {
            if (--open == 0) {
                server.close();
            }
        });
    }

    /** What is lost comes as a timeout. */
    private void patient(Socket socket) {
        socket.readTimeout(patience).writeTimeout(patience);
    }

    private byte[] content(int index) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i / 7 + index);
        }
        return content;
    }

    int callbacks() {
        return callbacks;
    }

    // ---- what came of it ----

    /** How many exchanges were not whole. Those that were not got nothing else, though less. */
    int harmed() {
        int harmed = PAIRS - clients.size();
        for (int i = 0; i < clients.size(); i++) {
            RecordedSocket client = clients.get(i);
            SocketAddress address = addresses.get(client);
            RecordedSocket server = address == null ? null : served.get(address);
            checkPrefix(i, client);
            if (server != null) {
                checkPrefix(i, server);
            }
            if (server == null || !isWhole(client) || !isWhole(server)) {
                harmed++;
            }
        }
        return harmed;
    }

    private void checkPrefix(int index, RecordedSocket recorded) {
        assertArrayEquals(Arrays.copyOf(content(index), recorded.byteCount()), recorded.bytes(), "of connection " + index);
    }

    private boolean isWhole(RecordedSocket recorded) {
        return recorded.byteCount() == size && recorded.closeError() == null;
    }

    /** All errors that sockets told. */
    List<NetworkException> errors() {
        List<NetworkException> errors = new ArrayList<>();
        for (RecordedSocket recorded : ends()) {
            if (recorded.closeError() != null) {
                errors.add(recorded.closeError());
            }
        }
        return errors;
    }

    private List<RecordedSocket> ends() {
        List<RecordedSocket> ends = new ArrayList<>(clients);
        ends.addAll(served.values());
        return ends;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (RecordedSocket end : ends()) {
            text.append("\n  ").append(clients.contains(end) ? "client: " : "server: ").append(end.trace()).append(", ")
                    .append(end.byteCount()).append(" bytes, ").append(end.closeError());
        }
        return text + "\n  besides: " + told;
    }
}
