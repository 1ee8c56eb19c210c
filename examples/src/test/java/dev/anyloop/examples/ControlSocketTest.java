package dev.anyloop.examples;

import static java.net.StandardProtocolFamily.UNIX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The time-out is of the peers here, which block. */
@Timeout(120)
class ControlSocketTest {

    @TempDir
    Path directory;

    @OnEachBackend
    void itAnswersLines(String backend) throws Exception {
        try (Program daemon = start(backend)) {
            assertEquals("backend " + backend + ", 1 open\nunknown: stat\n", ask("status\nstat\n"));
            assertEquals("You sent a line of more than 4096 bytes.\n", ask("x".repeat(5000)));
            assertEndsAtTerm(daemon);
        }
    }

    @OnEachBackend
    void itAnswersARequestForAPage(String backend) throws Exception {
        try (Program daemon = start(backend)) {
            String body = "backend " + backend + ", 1 open\n";
            assertEquals("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                    ask("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertEndsAtTerm(daemon);
        }
    }

    @OnEachBackend
    void itsFileIsTheOwnersAloneAndGoesAtTerm(String backend) throws Exception {
        try (Program daemon = start(backend); SocketChannel client = SocketChannel.open(address())) {
            assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(path()));
            assertEndsAtTerm(daemon);
            assertEquals(-1, client.read(ByteBuffer.allocate(1)));
            assertFalse(Files.exists(path()));
        }
    }

    @OnEachBackend
    void itTakesOverAFileThatNobodyListensOnUnlessItIsToldNotTo(String backend) throws Exception {
        ServerSocketChannel.open(UNIX).bind(address()).close(); // which leaves the file
        try (Program polite = Program.start(backend, ControlSocket.class, path(), false)) {
            String refusal = String.join("\n", polite.end(1));
            assertTrue(refusal.startsWith("ADDRESS_IN_USE: listen " + path() + ": "), refusal);
            assertTrue(refusal.contains("withReplaceLeftover(true)"), refusal);
        }
        try (Program daemon = start(backend)) {
            assertEquals("backend " + backend + ", 1 open\n", ask("status\n"));
            assertEndsAtTerm(daemon);
        }
    }

    @OnEachBackend
    void whereAnotherOneListensItSaysSo(String backend) throws Exception {
        try (Program first = start(backend); Program second = Program.start(backend, ControlSocket.class, path())) {
            String refusal = String.join("\n", second.end(1));
            assertTrue(refusal.startsWith("ADDRESS_IN_USE: listen " + path() + ": "), refusal);
            assertEquals("backend " + backend + ", 1 open\n", ask("status\n"));
            assertEndsAtTerm(first);
        }
    }

    @Test
    void itTellsHowToUseIt() throws Exception {
        try (Program daemon = Program.start(List.of(), Program.classPath(), ControlSocket.class)) {
            assertEquals(List.of("usage: ControlSocket path [false]"), daemon.end(2));
        }
    }

    private Program start(String backend) throws Exception {
        Program daemon = Program.start(backend, ControlSocket.class, path());
        String line = daemon.line();
        assertTrue(line.startsWith("Listening on " + path() + ", backend " + backend), line);
        return daemon;
    }

    private static void assertEndsAtTerm(Program daemon) throws InterruptedException {
        daemon.terminate();
        assertEquals(List.of("All clients were served."), daemon.end(0));
    }

    private Path path() {
        return directory.resolve("control");
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path());
    }

    private String ask(String text) throws IOException {
        try (SocketChannel client = SocketChannel.open(address())) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
            client.shutdownOutput();
            return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
