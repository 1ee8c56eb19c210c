package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It asks the other example, both on the same backend. */
class WebClientTest {

    @OnEachBackend
    void itFetchesAndSends(String backend, @TempDir Path directory) throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(directory.resolve("file"), bytes);
        Path got = directory.resolve("got");
        try (Program web = Program.start(backend, WebServer.class, 0, false, file)) {
            String origin = "http://127.0.0.1:" + web.port();
            try (Program get = Program.start(backend, WebClient.class, origin + "/file", "-o", got)) {
                assertEquals(List.of("200 OK, from " + origin + "/file"), get.end(0));
            }
            assertEquals(-1, Files.mismatch(file, got));
            try (Program put = Program.start(backend, WebClient.class, origin + "/upload", "-T", file)) {
                assertEquals(List.of("200 OK, from " + origin + "/upload", "3000000 bytes"), put.end(0));
            }
            try (Program missing = Program.start(backend, WebClient.class, origin + "/missing")) {
                assertEquals(List.of("404 Not Found, from " + origin + "/missing"), missing.end(1));
            }
        }
    }

    @OnEachBackend
    void itPrintsTheErrorWhenNobodyListens(String backend) throws Exception {
        try (Socket nobody = Client.refusing();
                Program get = Program.start(backend, WebClient.class, "http://127.0.0.1:" + nobody.getLocalPort() + "/")) {
            int port = nobody.getLocalPort();
            List<String> lines = get.end(1);
            assertEquals(1, lines.size(), lines.toString());
            assertTrue(lines.get(0).startsWith("No answer: GET http://127.0.0.1:" + port + "/: no connection, "), lines.get(0));
        }
    }

    @Test
    void itTellsHowToUseIt() throws Exception {
        for (Object[] arguments : new Object[][] {{}, {"http://a/", "-o"}, {"http://a/", "-x", "y"}}) {
            try (Program get = Program.start(List.of(), Program.classPath(), WebClient.class, arguments)) {
                assertEquals(List.of("usage: WebClient URL [-o FILE] [-T FILE] [--cacert FILE] [--unix-socket PATH]"), get.end(2));
            }
        }
    }
}
