package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.PemFiles;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.protocol.Limits;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client on the kernel's sockets, with an nginx. */
class HttpClientOnNginxTest {

    private static final int MUCH = 20_000_000;

    @TempDir
    private Path directory;

    private RealNginx nginx;
    private Thread thread;
    private EventLoop loop;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        nginx = RealNginx.start(directory);
        CompletableFuture<EventLoop> opened = new CompletableFuture<>();
        ClientOptions options = ClientOptions.defaults().withLimits(Limits.defaults().withBody(Long.MAX_VALUE))
                .withConnect(ConnectOptions.defaults().withTls(TlsOptions.client().withContext(PemFiles.trust(nginx.certificate()))));
        thread = new Thread(() -> EventLoop.start(LoopOptions.defaults().withBackend("nio"), it -> {
            it.hold();
            client = HttpClient.open(it, options);
            opened.complete(it);
        }), "http client");
        thread.start();
        loop = opened.get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        if (loop != null) {
            loop.execute(loop::close);
            thread.join(30_000);
        }
        if (nginx != null) {
            nginx.close();
        }
    }

    private CompletableFuture<WholeResponse> later(Function<HttpClient, ClientRequest> request) {
        CompletableFuture<WholeResponse> answer = new CompletableFuture<>();
        loop.execute(() -> request.apply(client).send(1 << 26).whenComplete((response, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(response);
            }
        }));
        return answer;
    }

    private WholeResponse answer(Function<HttpClient, ClientRequest> request) throws Exception {
        return later(request).get(30, TimeUnit.SECONDS);
    }

    private byte[] much() throws Exception {
        byte[] bytes = new byte[MUCH];
        new Random(1).nextBytes(bytes);
        Files.write(nginx.pages().resolve("much"), bytes);
        return bytes;
    }

    @Test
    void aConnectionIsKeptAsLongAsTheServerWantsIt() throws Exception {
        String host = URI.create(nginx.origin()).getAuthority();
        for (int i = 1; i <= 25; i++) { // it closes after the tenth
            assertEquals(host + " HTTP/1.1 " + ((i - 1) % 10 + 1), answer(it -> it.get(nginx.origin() + "/hello")).text());
        }
    }

    @Test
    void manyRequestsAtOnceAreAllAnswered() throws Exception {
        List<CompletableFuture<WholeResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(later(it -> it.get(nginx.origin() + "/hello")));
        }
        for (CompletableFuture<WholeResponse> answer : answers) {
            assertEquals(200, answer.get(30, TimeUnit.SECONDS).status());
        }
    }

    @Test
    void anAnswerComesOverTlsAndOverAPath() throws Exception {
        assertEquals(URI.create(nginx.secureOrigin()).getAuthority() + " HTTP/1.1 1", answer(it -> it.get(nginx.secureOrigin() + "/hello")).text());
        assertEquals("somebody HTTP/1.1 1", answer(it -> it.get("http://somebody/hello").at(nginx.path())).text());
        assertEquals("somebody HTTP/1.1 2", answer(it -> it.get("http://somebody/hello").at(nginx.path())).text());
    }

    @Test
    void muchComesAsItIs() throws Exception {
        byte[] much = much();
        for (String origin : List.of(nginx.origin(), nginx.secureOrigin(), nginx.origin() + "/proxy")) {
            assertArrayEquals(much, answer(it -> it.get(origin + "/much")).body());
        }
        WholeResponse head = answer(it -> it.request("HEAD", URI.create(nginx.origin() + "/much")));
        assertEquals(String.valueOf(MUCH), head.headers().get("Content-Length"));
        assertEquals(0, head.body().length);
    }

    @Test
    void muchIsSentAsItIs() throws Exception {
        byte[] much = much();
        for (String origin : List.of(nginx.origin(), nginx.secureOrigin())) {
            WholeResponse created = answer(it -> it.request("PUT", URI.create(origin + "/dav/a")).body(much).expectContinue());
            assertTrue(created.status() == 201 || created.status() == 204, "status " + created.status());
            assertArrayEquals(much, Files.readAllBytes(nginx.pages().resolve("dav/a")));
            Files.delete(nginx.pages().resolve("dav/a"));
        }
        Path file = nginx.pages().resolve("much");
        for (String path : List.of("/dav/b", "/proxy/dav/b")) {
            assertEquals(201, answer(it -> it.request("PUT", URI.create(nginx.origin() + path)).body(sink -> sendFile(file, sink))).status());
            assertArrayEquals(much, Files.readAllBytes(nginx.pages().resolve("dav/b")));
            assertEquals(204, answer(it -> it.request("DELETE", URI.create(nginx.origin() + path))).status());
        }
    }

    private static void sendFile(Path file, BodySink sink) throws Exception {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        ByteBuffer piece = ByteBuffer.allocate(50_000);
        HttpCallback more = () -> {
            boolean room = true;
            while (room) {
                if (channel.read(piece.clear()) < 0) {
                    channel.close();
                    sink.end();
                    return;
                }
                room = sink.write(piece.flip());
            }
        };
        sink.onDrain(more).onLost(channel::close);
        more.run();
    }

    @Test
    void whereItPointsToIsAskedIfThatIsWanted() throws Exception {
        assertEquals(302, answer(it -> it.get(nginx.origin() + "/there")).status());
        assertEquals(200, answer(it -> it.get(nginx.origin() + "/there").followRedirects(3)).status());
        assertTrue(answer(it -> it.get(nginx.origin() + "/old").followRedirects(3)).text().startsWith("localhost:"));
    }

    /** What nginx does where it is told to say nothing. */
    @Test
    void aServerThatEndsTheConnectionFailsTheRequest() throws Exception {
        AtomicReference<HttpException> failure = new AtomicReference<>();
        CompletableFuture<Void> told = new CompletableFuture<>();
        loop.execute(() -> client.get(nginx.origin() + "/gone").send(response -> { }, it -> {
            failure.set(it);
            told.complete(null);
        }));
        told.get(30, TimeUnit.SECONDS);
        assertEquals(HttpFailure.LOST, failure.get().kind());
        assertTrue(failure.get().mayBeDone());
    }
}
