package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** Asked by the client of the JDK, which has its own idea of HTTP. */
class WebServerTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private int port;

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(30));
    }

    @OnEachBackend
    void itAnswersAsItsPageSays(String backend, @TempDir Path directory) throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(directory.resolve("file"), bytes);
        try (Program web = Program.start(backend, WebServer.class, 0, false, file)) {
            port = web.port();
            HttpResponse<String> hello = CLIENT.send(to("/").build(), BodyHandlers.ofString());
            assertEquals(200, hello.statusCode());
            assertEquals("Hello, world!", hello.body().substring(0, 13));
            HttpRequest json = to("/json").header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"ä\": [1]}")).build();
            assertEquals("{\"ä\": [1]}", CLIENT.send(json, BodyHandlers.ofString()).body());
            assertEquals(415, CLIENT.send(to("/json").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString()).statusCode());
            assertEquals(404, CLIENT.send(to("/no").build(), BodyHandlers.ofString()).statusCode());
            assertArrayEquals(bytes, CLIENT.send(to("/file").build(), BodyHandlers.ofByteArray()).body());
            HttpRequest upload = to("/upload").expectContinue(true)
                    .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))).build(); // in chunks
            assertEquals("3000000 bytes\n", CLIENT.send(upload, BodyHandlers.ofString()).body());
            try (InputStream events = CLIENT.send(to("/events").build(), BodyHandlers.ofInputStream()).body()) {
                assertEquals("data: event 1 of 10\n\n", new String(events.readNBytes(21), StandardCharsets.UTF_8));
                web.terminate();
                assertEquals("data: event 2 of 10\n\n", new String(events.readNBytes(21), StandardCharsets.UTF_8));
            }
            assertEquals(List.of("Everybody was served."), web.end(0));
        }
    }
}
