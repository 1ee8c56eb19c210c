import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.ClientAuth;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.PemFiles;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/** Both sides show certificates: a server or a client for tls-with-outside-peers, run from its source. */
final class MutualTls {

    private MutualTls() {}

    /**
     * server, get or echo; then the certificate, its key, and whom to trust; of a client also the port to connect to, and of what
     * gets a page how often, one connection after the other.
     */
    public static void main(String[] args) throws Exception {
        SSLContext context = PemFiles.identityAndTrust(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
        try (EventLoop loop = EventLoop.open()) {
            switch (args[0]) {
                case "server" -> serve(loop, TlsOptions.server(context).withClientAuth(ClientAuth.NEED).withAlpn("echo/2", "echo/1"));
                case "get" -> get(loop, Integer.parseInt(args[4]), TlsOptions.client().withContext(context).withAlpn("echo/1", "echo/0"),
                        Integer.parseInt(args[5]));
                case "echo" -> connect(loop, Integer.parseInt(args[4]), TlsOptions.client().withContext(context)).onRead(Socket::write);
                default -> throw new IllegalArgumentException(args[0]);
            }
            loop.run();
        }
    }

    private static void serve(EventLoop loop, TlsOptions tls) {
        System.out.println("ACCEPT " + loop.listen("127.0.0.1", 0, ListenOptions.defaults().withTls(tls), (server, socket) -> {
            tell(socket);
            socket.onRead(Socket::write).onError((s, error) -> System.out.println(error.getMessage()));
        }).onError((server, error) -> System.out.println(error.getMessage())).localAddress());
    }

    private static Socket connect(EventLoop loop, int port, TlsOptions tls) {
        return loop.connect("localhost", port, ConnectOptions.defaults().withTls(tls))
                .onConnect(MutualTls::tell)
                .onError((socket, error) -> System.out.println(error.getMessage()));
    }

    private static void get(EventLoop loop, int port, TlsOptions tls, int times) {
        connect(loop, port, tls)
                .onRead((socket, data) -> System.out.print(UTF_8.decode(data)))
                .onClose((socket, error) -> {
                    if (times > 1) {
                        get(loop, port, tls, times - 1);
                    }
                })
                .write("GET / HTTP/1.0\r\n\r\n");
    }

    private static void tell(Socket socket) {
        TlsSession session = Objects.requireNonNull(socket.tls());
        System.out.println("secured by " + session.protocol() + ", asked for " + session.serverName() + ", speaks " + session.alpn()
                + session.peerCertificates().stream().limit(1)
                        .map(each -> ", with " + ((X509Certificate) each).getSubjectX500Principal().getName()).findAny().orElse(""));
    }
}
