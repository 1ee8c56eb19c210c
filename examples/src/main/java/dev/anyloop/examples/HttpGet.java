package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Fetches a page by HTTP/1.0, where the end of the connection is the end of the page. */
public final class HttpGet {

    private final ByteArrayOutputStream response = new ByteArrayOutputStream();
    private boolean failed;

    private HttpGet() {}

    /**
     * Prints the page, headers included, or the error, and exits with 0 or 1.
     *
     * @param args the address of the page, and after how many milliseconds of silence to give up (by default 5000)
     */
    public static void main(String[] args) {
        URI page = URI.create(args.length > 0 ? args[0] : "");
        if (!"http".equals(page.getScheme()) || page.getHost() == null) {
            System.err.println("usage: HttpGet http://host[:port][/path] [milliseconds]");
            System.exit(2);
        }
        Duration patience = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 5000);
        HttpGet get = new HttpGet();
        EventLoop.start(loop -> get.start(loop, page, patience));
        System.exit(get.failed ? 1 : 0);
    }

    /** The socket is there at once: it keeps the request until it is connected. */
    private void start(EventLoop loop, URI page, Duration patience) {
        loop.connect(page.getHost(), page.getPort() < 0 ? 80 : page.getPort())
                .readTimeout(patience)
                .onRead((socket, data) -> Channels.newChannel(response).write(data))
                .onError((socket, error) -> {
                    failed = true;
                    System.err.println("No page: " + error.getMessage());
                })
                .onClose((socket, error) -> {
                    if (error == null) {
                        System.out.print(response.toString(StandardCharsets.UTF_8)); // decoded once it is whole
                    }
                })
                .write(request(page));
    }

    private static String request(URI page) {
        String path = page.getRawPath().isEmpty() ? "/" : page.getRawPath();
        String query = page.getRawQuery() == null ? "" : "?" + page.getRawQuery();
        return "GET " + path + query + " HTTP/1.0\r\nHost: " + page.getRawAuthority() + "\r\n\r\n";
    }
}
