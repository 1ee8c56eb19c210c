package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.AcceptCallback;
import dev.anyloop.ClientAuth;
import dev.anyloop.ConnectOptions;
import dev.anyloop.Doctor;
import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.Hold;
import dev.anyloop.ListenOptions;
import dev.anyloop.OpenLoops;
import dev.anyloop.PemFiles;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.micrometer.LoopMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** What the README, the page for users of cl-async and the one about TLS show, so that it compiles. {@link DocumentationTest} compares. */
abstract class Snippets {

    static void echo() {
        EventLoop.start(loop ->
                loop.listen(null, 9003, (server, socket) -> socket // null is 0.0.0.0
                        .onRead((s, data) -> {
                            if (!s.write(data)) {
                                s.pause(); // who reads slowly slows only itself
                            }
                        })
                        .onDrain(Socket::resume)
                        .onError((s, error) -> System.err.println(error.getMessage()))));
    }

    static void beside() {
        EventLoops loops = EventLoops.start(1, loop ->
                loop.listen(null, 9003, (server, socket) -> socket.onRead(Socket::write)));
        EventLoop loop = loops.loops().get(0);
        loop.execute(() -> System.out.println("on the thread of the loop"));
    }

    static void many() throws InterruptedException {
        ListenOptions shared = ListenOptions.defaults().withReusePort(true);
        try (EventLoops loops = EventLoops.start(4, loop ->
                loop.listen(null, 9003, shared, (server, socket) -> socket.onRead(Socket::write)))) {
            loops.await();
        }
    }

    abstract byte[] slowAnswer(String question);

    void offload(EventLoop loop, Socket socket, Executor workers, String question) {
        Hold hold = loop.hold(); // run() must not return meanwhile
        workers.execute(() -> {
            try {
                byte[] answer = slowAnswer(question); // may block as long as it likes
                loop.execute(() -> socket.write(answer)); // back on the thread of the loop
            } finally {
                hold.release();
            }
        });
    }

    static void metrics(EventLoop loop, BiConsumer<String, Supplier<Number>> gauge) {
        gauge.accept("anyloop.sockets.connecting", () -> loop.stats().connectingSockets());
        gauge.accept("anyloop.sockets.open", () -> loop.stats().openSockets());
        gauge.accept("anyloop.sockets.closing", () -> loop.stats().closingSockets());
        gauge.accept("anyloop.timers", () -> loop.stats().timers());
        gauge.accept("anyloop.tasks.queued", () -> loop.stats().queuedTasks());
        gauge.accept("anyloop.turns", () -> loop.stats().turns());
        gauge.accept("anyloop.turn.longest.seconds", () -> loop.stats().longestTurn().toNanos() / 1e9);
        gauge.accept("anyloop.turn.p99.seconds", () -> loop.stats().busyAtMost(0.99).toNanos() / 1e9);
        gauge.accept("anyloop.bytes.in", () -> loop.stats().bytesIn());
        gauge.accept("anyloop.bytes.out", () -> loop.stats().bytesOut());
    }

    static void micrometer(EventLoop loop, MeterRegistry registry) {
        new LoopMetrics(loop, "web").bindTo(registry); // until the loop is closed
    }

    static Duration lag(EventLoop loop) {
        Duration lag = loop.stats().busyAtMost(0.99); // what 99 of 100 turns kept within
        return lag;
    }

    static String health() {
        String json = OpenLoops.describeAsJson(); // for a health endpoint
        return json;
    }

    static void doctor() {
        System.out.println(Doctor.report());
    }

    // ---- for users of cl-async ----

    abstract boolean processHttpStream(ByteBuffer data);

    abstract void myAppErrorHandler(Socket socket, Exception error);

    abstract void processClientData(Socket socket, ByteBuffer data);

    abstract void errorHandler(Socket socket, Exception error);

    static void startEventLoop() {
        EventLoop.start(loop -> System.out.println("Event loop started."));
    }

    static void timer(EventLoop loop) {
        loop.timer(Duration.ofMillis(3200), timer -> System.out.println("I ran! (3.2 seconds later)"));
    }

    void tcpAsyncSend(EventLoop loop) {
        loop.connect("www.google.com", 80)
                .onRead((socket, data) -> {
                    if (processHttpStream(data)) {
                        socket.close(); // close the socket if done processing
                    }
                })
                .onError(this::myAppErrorHandler)
                .write("GET /\r\n");
    }

    void reuse(Socket socket, ByteBuffer data) {
        socket.onRead(this::processClientData).onError(this::errorHandler).write(data);
    }

    static void writeSocketData(Socket known) {
        known.onRead((socket, data) -> socket.write("thxlol"));
    }

    static void datagrams(EventLoop loop) {
        loop.datagram("127.0.0.1", 9003).onReceive((socket, sender, data) -> socket.send(data, sender));
    }

    static void secured(EventLoop loop, AcceptCallback onAccept) throws IOException {
        loop.connect("www.example.com", 443, ConnectOptions.defaults().withTls(TlsOptions.client()));

        SSLContext context = PemFiles.identity(Path.of("chain.pem"), Path.of("key.pem"));
        loop.listen(null, 443, ListenOptions.defaults().withTls(TlsOptions.server(context)), onAccept);
    }

    static void securedClient(EventLoop loop) {
        loop.connect("www.example.com", 443, ConnectOptions.defaults().withTls(TlsOptions.client()))
                .onConnect(s -> System.out.println(s.tls().protocol()))
                .onRead((s, data) -> System.out.print(UTF_8.decode(data)))
                .onError((s, error) -> System.err.println(error.getMessage()))
                .write("GET / HTTP/1.0\r\nHost: www.example.com\r\n\r\n");
    }

    static TlsOptions trusting() throws IOException {
        TlsOptions options = TlsOptions.client().withContext(PemFiles.trust(Path.of("ca.pem")));
        return options;
    }

    static void securedServer(EventLoop loop, AcceptCallback onAccept) throws IOException {
        SSLContext context = PemFiles.identity(Path.of("chain.pem"), Path.of("key.pem"));
        loop.listen(null, 443, ListenOptions.defaults().withTls(TlsOptions.server(context)), onAccept)
                .onError((server, error) -> System.err.println(error.getMessage()));
    }

    static List<TlsOptions> mutual() throws IOException {
        SSLContext context = PemFiles.identityAndTrust(Path.of("chain.pem"), Path.of("key.pem"), Path.of("ca.pem"));
        TlsOptions server = TlsOptions.server(context).withClientAuth(ClientAuth.NEED);
        TlsOptions client = TlsOptions.client().withContext(context); // the other side
        return List.of(server, client);
    }

    static SSLContext reload(EventLoop loop, Path chain, Path key, AcceptCallback onAccept) throws IOException {
        AtomicReference<SSLContext> current = new AtomicReference<>(PemFiles.identity(chain, key));
        TlsOptions options = TlsOptions.server((serverName, alpn) -> current.get());
        loop.listen(null, 443, ListenOptions.defaults().withTls(options), onAccept);

        current.set(PemFiles.identity(chain, key)); // later, on any thread: from the next handshake on
        return current.get();
    }

    static TlsOptions names(SSLContext one, SSLContext other) {
        Map<String, SSLContext> byName = Map.of("one.example", one, "other.example", other);
        TlsOptions options = TlsOptions.server((serverName, alpn) -> serverName == null ? one : byName.get(serverName));
        return options;
    }

    static void startTls(Socket socket, SSLContext context) {
        socket.write("220 go ahead\r\n"); // leaves in plain
        socket.startTls(TlsOptions.server(context), s -> s.write("now it is secure\r\n"));
    }

    static void setSocketTimeouts(Socket socket) {
        socket.readTimeout(Duration.ofMillis(10_500)).writeTimeout(null);
    }

    static void closeSocket(Socket socket) {
        socket.close();
    }

    void tcpAsyncServer(EventLoop loop) {
        loop.listen("127.0.0.1", 8080, (server, socket) -> socket
                .onRead(this::processClientData)
                .onError(this::errorHandler));
    }

    static void eventLoopExit(EventLoop loop) {
        loop.close();
    }
}
