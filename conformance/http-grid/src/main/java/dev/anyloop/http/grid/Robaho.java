package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** Robaho's server, which stands behind the interface of the JDK's. It needs a JDK of 21 or later. */
final class Robaho {

    private Robaho() {}

    static int start() throws Exception {
        HttpServerProvider provider = (HttpServerProvider) Class.forName("robaho.net.httpserver.DefaultHttpServerProvider")
                .getDeclaredConstructor().newInstance();
        HttpServer server = provider.createHttpServer(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "robaho");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
            byte[] text = (exchange.getRequestMethod() + " " + body).getBytes(ISO_8859_1);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : text.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(text, 0, head ? 0 : text.length);
            }
        });
        server.start();
        return server.getAddress().getPort();
    }
}
