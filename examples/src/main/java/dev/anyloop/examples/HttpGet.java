package dev.anyloop.examples;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.PemFiles;
import dev.anyloop.TlsOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Fetches a page by HTTP/1.0, where the end of the connection is the end of the page. */
public final class HttpGet {

    private final ByteArrayOutputStream response = new ByteArrayOutputStream();
    private boolean failed;

    private HttpGet() {}

    /**
     * Prints the page, headers included, or the error, and exits with 0 or 1.
     *
     * @param args the address of the page, after how many milliseconds of silence to give up (by default 5000), and for https
     *     whom to trust, if not whom the system does: a PEM file
     * @throws IOException if that cannot be read
     */
    public static void main(String[] args) throws IOException {
        URI page = URI.create(args.length > 0 ? args[0] : "");
        boolean secure = "https".equals(page.getScheme());
        if (!secure && !"http".equals(page.getScheme()) || page.getHost() == null) {
            System.err.println("usage: HttpGet http[s]://host[:port][/path] [milliseconds] [ca.pem]");
            System.exit(2);
        }
        Duration patience = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 5000);
        TlsOptions tls = TlsOptions.client();
        ConnectOptions options = ConnectOptions.defaults().withTls(
                !secure ? null : args.length > 2 ? tls.withContext(PemFiles.trust(Path.of(args[2]))) : tls);
        HttpGet get = new HttpGet();
        EventLoop.start(loop -> get.start(loop, page, options, patience));
        System.exit(get.failed ? 1 : 0);
    }

    /** The socket is there at once: it keeps the request until it is connected. */
    private void start(EventLoop loop, URI page, ConnectOptions options, Duration patience) {
        int usual = options.tls() == null ? 80 : 443;
        loop.connect(page.getHost(), page.getPort() < 0 ? usual : page.getPort(), options)
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
