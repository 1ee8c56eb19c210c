package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.rules.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    private static final String ASKS = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    private static final HttpHandler ECHO = (request, response) -> response.upgrade("echo", (socket, headers, first) -> {
        socket.onRead((s, data) -> s.write(data)).onEnd(dev.anyloop.Socket::end);
        socket.write(first);
    });

    @Test
    void aConnectionIsHandedOverToAnotherProtocol() throws Exception {
        String much = "GET / HTTP/1.1\r\n\r\n".repeat(10_000);
        try (Running server = serve(HttpOptions.defaults(), ECHO); Socket client = server.connect()) {
            CompletableFuture<String> all = new CompletableFuture<>();
            new Thread(() -> {
                try {
                    all.complete(all(client.getInputStream()));
                } catch (IOException e) {
                    all.completeExceptionally(e);
                }
            }, "reader").start();
            client.getOutputStream().write((ASKS + much).getBytes(ISO_8859_1));
            client.shutdownOutput();
            assertEquals("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n" + much, all.get(30, TimeUnit.SECONDS));
        }
    }

    /** What is sent back on a connection between a client and a server of ours, and how many they count after that. */
    private static String echoed(Opening opening, ClientOptions options, String uri) throws Exception {
        CompletableFuture<String> echoed = new CompletableFuture<>();
        StringBuilder received = new StringBuilder();
        try (Running server = new Running(loop -> {
                    HttpServer listening = opening.open(loop);
                    HttpClient client = HttpClient.open(loop, options);
                    client.get(uri).at(listening.localAddress()).upgrade("echo", (socket, headers, first) -> {
                        received.append(ISO_8859_1.decode(first));
                        socket.onRead((s, data) -> received.append(ISO_8859_1.decode(data)))
                                .onClose((s, error) -> echoed.complete(received + ", " + client.connections() + listening.connections()));
                        socket.write("hello");
                        socket.end();
                    }).send(response -> echoed.complete("answered"), echoed::completeExceptionally);
                    return listening;
                })) {
            server.address();
            return echoed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientAndAServerGoOnWithAnotherProtocolOnAPath(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("s"));
        assertEquals("hello, 00", echoed(loop -> HttpServer.listen(loop, path, HttpOptions.defaults(), ECHO), ClientOptions.defaults(), "http://localhost/"));
    }

    @Test
    void aClientAndAServerGoOnWithAnotherProtocolOverTls() throws Exception {
        KeyStore ours = Certificates.made().ours;
        HttpOptions options = HttpOptions.defaults()
                .withListen(ListenOptions.defaults().withTls(TlsOptions.server(Certificates.context(ours))));
        ClientOptions asking = ClientOptions.defaults()
                .withConnect(ConnectOptions.defaults().withTls(TlsOptions.client().withContext(Certificates.context(null, ours))));
        for (String uri : List.of("https://localhost/", "https://[::1%25lo]/")) { // a zone is of the way there, not of the name
            assertEquals("hello, 00", echoed(loop -> HttpServer.listen(loop, "127.0.0.1", 0, options, ECHO), asking, uri));
        }
    }

    /** The JDK's checks the answer by RFC 6455, 4.1, and reads what comes at once behind it. */
    @Test
    void aWebSocketOfAnotherClientOpens() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        HttpHandler handler = (request, response) -> {
            byte[] key = (request.headers().get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
            response.header("Sec-WebSocket-Accept", Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(key)))
                    .upgrade("websocket", (socket, headers, first) -> socket.onEnd(dev.anyloop.Socket::end).write("\u0001\u0002he"));
        };
        try (Running server = serve(HttpOptions.defaults(), handler)) {
            int port = ((InetSocketAddress) server.address()).getPort();
            java.net.http.HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), new WebSocket.Listener() {
                @Override
                public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                    told.complete(data + (last ? ", whole" : ", and more"));
                    from.abort();
                    return null;
                }

                @Override
                public void onError(WebSocket from, Throwable error) {
                    told.completeExceptionally(error);
                }
            }).exceptionally(error -> {
                told.completeExceptionally(error);
                return null;
            });
            assertEquals("he, and more", told.get(30, TimeUnit.SECONDS));
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
