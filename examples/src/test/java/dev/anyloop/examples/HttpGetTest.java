package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpGetTest {

    @OnEachBackend
    void itPrintsThePage(String backend) throws Exception {
        HttpServer server = server();
        server.start();
        try (Program get = Program.start(backend, HttpGet.class,
                "http://127.0.0.1:" + server.getAddress().getPort() + "/page?name=world")) {
            List<String> lines = get.end(0);
            assertTrue(lines.get(0).matches("HTTP/1\\.[01] 200 OK"), lines.get(0));
            assertTrue(lines.contains("Content-length: 25"), lines.toString());
            assertEquals(List.of("", "Grüße, name=world", "Ende"), lines.subList(lines.size() - 3, lines.size()));
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/page", exchange -> {
            String body = "Grüße, " + exchange.getRequestURI().getQuery() + "\nEnde\n";
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        return server;
    }

    @OnEachBackend
    void itPrintsTheErrorWhenNobodyListens(String backend) throws Exception {
        try (Socket nobody = Client.refusing();
                Program get = Program.start(backend, HttpGet.class, "http://127.0.0.1:" + nobody.getLocalPort())) {
            int port = nobody.getLocalPort();
            assertEquals(List.of("No page: connect 127.0.0.1:" + port + ": connect refused"), get.end(1));
        }
    }

    @OnEachBackend
    void itGivesUpOnAServerThatIsSilent(String backend) throws Exception {
        try (ServerSocket server = Client.serverSocket();
                Program get = Program.start(backend, HttpGet.class,
                        "http://127.0.0.1:" + server.getLocalPort() + "/", 100)) {
            List<String> lines = get.end(1);
            assertEquals(1, lines.size(), lines.toString());
            assertTrue(lines.get(0).startsWith(
                    "No page: read 127.0.0.1:" + server.getLocalPort() + ": read timeout"), lines.get(0));
        }
    }

    @Test
    void itTellsHowToUseItWhenThereIsNoPageToGet() throws Exception {
        for (String page : new String[] {"", "ftp://127.0.0.1/", "http:/page"}) {
            try (Program get = Program.start(List.of(), Program.classPath(), HttpGet.class, page)) {
                assertEquals(List.of("usage: HttpGet http[s]://host[:port][/path] [milliseconds] [ca.pem]"), get.end(2));
            }
        }
    }
}
