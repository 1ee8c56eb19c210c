package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server on the kernel's sockets, with clients of the JDK. */
class HttpServerOnNioTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    @FunctionalInterface
    private interface Opening {
        HttpServer open(EventLoop loop);
    }

    /** A server on a thread of its own, until it is closed. */
    private static final class Running implements AutoCloseable {

        private final CompletableFuture<EventLoop> loop = new CompletableFuture<>();
        private final CompletableFuture<HttpServer> server = new CompletableFuture<>();
        private final Thread thread;

        Running(Opening opening) {
            thread = new Thread(() -> EventLoop.start(LoopOptions.defaults().withBackend("nio"), it -> {
                loop.complete(it);
                server.complete(opening.open(it));
            }), "http server");
            thread.start();
        }

        SocketAddress address() throws Exception {
            return server.get(30, TimeUnit.SECONDS).localAddress();
        }

        Socket connect() throws Exception {
            Socket socket = new Socket("127.0.0.1", ((InetSocketAddress) address()).getPort());
            socket.setSoTimeout(30_000);
            return socket;
        }

        @Override
        public void close() {
            loop.join().execute(() -> loop.join().shutdown(Duration.ZERO));
            try {
                thread.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertFalse(thread.isAlive(), "the loop has ended");
        }
    }

    private static Running serve(HttpOptions options, HttpHandler handler) {
        return new Running(loop -> HttpServer.listen(loop, "127.0.0.1", 0, options, handler));
    }

    private static String all(InputStream in) throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1).replaceAll("Date: [^\r]*GMT\r\n", "");
    }

    @Test
    void aRequestIsAnsweredOverTcp() throws Exception {
        try (Running server = serve(HttpOptions.defaults(), (request, response) -> response.send(request.remoteAddress() == null ? "?" : "hi"));
                Socket client = server.connect()) {
            client.getOutputStream().write(GET.getBytes(ISO_8859_1));
            assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", all(client.getInputStream()));
        }
    }

    @Test
    void aRequestIsAnsweredOnAPath(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(Files.createDirectories(directory).resolve("s"));
        try (Running server = new Running(loop ->
                        HttpServer.listen(loop, path, HttpOptions.defaults(), (request, response) -> response.send(request.target())));
                SocketChannel client = SocketChannel.open(server.address())) {
            client.write(ByteBuffer.wrap(GET.getBytes(ISO_8859_1)));
            assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n/", all(Channels.newInputStream(client)));
        }
    }

    /** The kernel resets who closes over unread bytes, and a reset destroys what the client has not read yet. */
    @Test
    void aRefusalReachesWhoHasSentMuchMore() throws Exception {
        try (Running server = serve(HttpOptions.defaults(), (request, response) -> response.send()); Socket client = server.connect()) {
            client.getOutputStream().write(("NO\r\n" + "x".repeat(1_000_000)).getBytes(ISO_8859_1));
            String answer = all(client.getInputStream());
            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n") && answer.contains("REQUEST_LINE"), answer);
        }
    }
}
