package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.adapters.BlockingSocket;
import dev.anyloop.adapters.FrameReader;
import dev.anyloop.adapters.Futures;
import dev.anyloop.adapters.LoopFuture;
import dev.anyloop.adapters.LoopScheduler;
import dev.anyloop.adapters.SocketFlow;
import dev.anyloop.adapters.framing.LengthPrefix;
import dev.anyloop.adapters.framing.LineDecoder;
import dev.anyloop.beanstalk.BeanstalkClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What the page about the adapters shows, so that it compiles. {@link DocumentationTest} compares. */
abstract class AdapterSnippets {

    abstract void handle(String line);

    // ---- futures ----

    void futures(EventLoop loop, byte[] greeting) {
        Futures.connect(loop, "www.example.com", 80, ConnectOptions.defaults())
                .orTimeout(10, TimeUnit.SECONDS) // aborts what is not connected by then
                .thenCompose(socket -> Futures.write(socket, ByteBuffer.wrap(greeting)).thenApply(written -> socket))
                .thenCompose(Futures::close)
                .exceptionally(error -> {
                    System.err.println(error.getMessage());
                    return null;
                });
    }

    static LoopFuture<Long> answer(EventLoop loop, BeanstalkClient client, byte[] mail) {
        LoopFuture<Long> id = new LoopFuture<>(loop);
        client.put(mail, (job, error) -> id.settle(error == null ? job.id() : null, error));
        return id;
    }

    // ---- streams ----

    static void echo(EventLoop loop) {
        ListenOptions halfOpen = ListenOptions.defaults().withSocket(SocketOptions.defaults().withAllowHalfOpen(true));
        loop.listen(null, 9005, halfOpen, (server, socket) -> {
            SocketFlow flow = SocketFlow.of(socket);
            flow.publisher().subscribe(flow.subscriber()); // an echo
            flow.closed().exceptionally(error -> {
                System.err.println(error.getMessage());
                return null;
            });
        });
    }

    // ---- blocking ----

    static void client(EventLoop loop, SocketAddress address) throws IOException {
        try (BlockingSocket socket = BlockingSocket.connect(loop, address, ConnectOptions.defaults())) {
            socket.readTimeout(Duration.ofSeconds(10));
            socket.outputStream().write("hello\n".getBytes(UTF_8));
            System.out.println(new BufferedReader(new InputStreamReader(socket.inputStream(), UTF_8)).readLine());
        }
    }

    static void server(EventLoop loop, Executor threads) {
        ListenOptions halfOpen = ListenOptions.defaults().withSocket(SocketOptions.defaults().withAllowHalfOpen(true));
        loop.listen(null, 9006, halfOpen, (server, accepted) -> {
            BlockingSocket socket = BlockingSocket.of(accepted);
            threads.execute(() -> { // Executors.newVirtualThreadPerTaskExecutor(), from JDK 21 on
                try (socket) {
                    socket.inputStream().transferTo(socket.outputStream());
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                }
            });
        });
    }

    // ---- schedulers ----

    static void scheduler(EventLoop loop, Runnable refresh) {
        ScheduledExecutorService scheduler = new LoopScheduler(loop);
        ScheduledFuture<?> repeated = scheduler.scheduleWithFixedDelay(refresh, 0, 30, TimeUnit.SECONDS);
        scheduler.schedule(() -> repeated.cancel(false), 1, TimeUnit.HOURS);
    }

    // ---- frames ----

    static void lines(EventLoop loop) {
        loop.listen(null, 9004, (server, socket) -> {
            FrameReader<String> lines = FrameReader.start(socket, new LineDecoder(4096),
                    (reader, line) -> {
                        if (!socket.write("you said " + line + "\n")) {
                            reader.pause(); // no further line until it has read what we said
                        }
                    },
                    (s, error) -> {
                        s.write("Goodbye: you sent " + error.getMessage() + ".\n");
                        s.close();
                    });
            socket.onDrain(s -> lines.resume());
        });
    }

    static void lengths(Socket socket, byte[] message) {
        LengthPrefix form = LengthPrefix.bigEndian(4, 1 << 20); // or 1, 2, 8 bytes; or littleEndian
        socket.write(form.of(message.length));
        socket.write(message);
    }

    void alone(ByteBuffer data) throws ProtocolException {
        LineDecoder lines = new LineDecoder(4096);
        for (String line = lines.next(data); line != null; line = lines.next(data)) {
            handle(line);
        }
    }
}
