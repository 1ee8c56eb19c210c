package dev.anyloop.examples;

import dev.anyloop.Doctor;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What the README and the page for users of cl-async show, so that it compiles. {@link DocumentationTest} compares. */
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

    static EventLoop beside() {
        CompletableFuture<EventLoop> opened = new CompletableFuture<>();
        new Thread(() -> {
            try {
                EventLoop.start(loop -> {
                    loop.listen(null, 9003, (server, socket) -> socket.onRead(Socket::write));
                    opened.complete(loop);
                });
            } catch (Throwable e) {
                if (!opened.completeExceptionally(e)) { // the port is in use, there is no backend, …
                    throw e;
                }
            }
        }, "network").start();

        EventLoop loop = opened.join();
        loop.execute(() -> System.out.println("on the thread of the loop"));
        return loop;
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
        gauge.accept("anyloop.bytes.in", () -> loop.stats().bytesIn());
        gauge.accept("anyloop.bytes.out", () -> loop.stats().bytesOut());
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
