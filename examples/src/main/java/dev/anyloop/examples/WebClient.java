package dev.anyloop.examples;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.PemFiles;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.BodySink;
import dev.anyloop.http.ClientOptions;
import dev.anyloop.http.ClientRequest;
import dev.anyloop.http.ClientResponse;
import dev.anyloop.http.HttpCallback;
import dev.anyloop.http.HttpClient;
import dev.anyloop.http.protocol.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fetches what a URL points to, or sends a file there, of any size, with options as curl has them. Start it with
 * {@code mvn -q -Phttp-get -Durl=https://www.example.com/}.
 */
public final class WebClient {

    private static final int PIECE = 1 << 16;
    private static final List<String> OPTIONS = List.of("-o", "-T", "--cacert", "--unix-socket");

    private final URI url;
    private final Map<String, String> options;
    private boolean failed;

    private WebClient(URI url, Map<String, String> options) {
        this.url = url;
        this.options = options;
    }

    /**
     * Prints what comes, and exits with 0; or with 1 and the error, or the status if that is one.
     *
     * @param args the URL; then {@code -o FILE} to write there, {@code -T FILE} to send that by PUT, {@code --cacert FILE} to trust
     *     that, and {@code --unix-socket PATH} to connect there
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            options.put(args[i], i + 1 < args.length ? args[i + 1] : "");
        }
        if (args.length == 0 || args.length % 2 == 0 || !OPTIONS.containsAll(options.keySet())) {
            System.err.println("usage: WebClient URL [-o FILE] [-T FILE] [--cacert FILE] [--unix-socket PATH]");
            System.exit(2);
        }
        WebClient client = new WebClient(URI.create(args[0]), options);
        ClientOptions how = client.how();
        EventLoop.start(loop -> client.start(HttpClient.open(loop, how)));
        System.exit(client.failed ? 1 : 0);
    }

    /** A download may be as long as it likes. */
    private ClientOptions how() throws IOException {
        String trusted = options.get("--cacert");
        TlsOptions tls = trusted == null ? TlsOptions.client() : TlsOptions.client().withContext(PemFiles.trust(Path.of(trusted)));
        return ClientOptions.defaults().withLimits(Limits.defaults().withBody(Long.MAX_VALUE)).withConnect(ConnectOptions.defaults().withTls(tls));
    }

    private void start(HttpClient client) throws IOException {
        String file = options.get("-T");
        ClientRequest request = client.request(file == null ? "GET" : "PUT", url).followRedirects(10);
        if (file != null) {
            FileChannel channel = FileChannel.open(Path.of(file));
            request.body(sink -> send(channel.position(0), sink)).length(channel.size()).repeatable().expectContinue();
        }
        if (options.containsKey("--unix-socket")) {
            request.at(UnixDomainSocketAddress.of(options.get("--unix-socket")));
        }
        request.send(this::receive, failure -> {
            failed = true;
            System.err.println("No answer: " + failure.getMessage());
        });
    }

    /** As fast as the server takes it. */
    private static void send(FileChannel channel, BodySink sink) throws Exception {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        HttpCallback more = () -> {
            boolean room = true;
            while (room) {
                if (channel.read(piece.clear()) < 0) {
                    sink.end();
                    return;
                }
                room = sink.write(piece.flip());
            }
        };
        sink.onDrain(more);
        more.run();
    }

    /** A file, and a terminal, may block; a program that does more than this would write on another thread, and pause the answer. */
    private void receive(ClientResponse response) throws IOException {
        System.err.println(response.status() + " " + response.reason() + ", from " + response.uri());
        failed = response.status() >= 400;
        String file = options.get("-o");
        WritableByteChannel out = file == null ? Channels.newChannel(System.out)
                : FileChannel.open(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        response.onBody(data -> {
            while (data.hasRemaining()) {
                out.write(data);
            }
        }).onEnd(out::close);
    }
}
