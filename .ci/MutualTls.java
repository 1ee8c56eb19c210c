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

/** Both sides show certificates: a server or a client of one connection for tls-with-outside-peers, run from its source. */
final class MutualTls {

    private MutualTls() {}

    /** server, or the port to connect to; then the certificate, its key, and whom to trust. */
    public static void main(String[] args) throws Exception {
        SSLContext context = PemFiles.identityAndTrust(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
        try (EventLoop loop = EventLoop.open()) {
            if (args[0].equals("server")) {
                serve(loop, TlsOptions.server(context).withClientAuth(ClientAuth.NEED).withAlpn("echo/2", "echo/1"));
            } else {
                connect(loop, Integer.parseInt(args[0]), TlsOptions.client().withContext(context));
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

    private static void connect(EventLoop loop, int port, TlsOptions tls) {
        loop.connect("localhost", port, ConnectOptions.defaults().withTls(tls))
                .onConnect(MutualTls::tell)
                .onRead((socket, data) -> System.out.print(UTF_8.decode(data)))
                .onError((socket, error) -> System.out.println(error.getMessage()))
                .write("GET / HTTP/1.0\r\n\r\n");
    }

    private static void tell(Socket socket) {
        TlsSession session = Objects.requireNonNull(socket.tls());
        System.out.println("secured by " + session.protocol() + ", asked for " + session.serverName() + ", speaks " + session.alpn()
                + session.peerCertificates().stream().limit(1)
                        .map(each -> ", with " + ((X509Certificate) each).getSubjectX500Principal().getName()).findAny().orElse(""));
    }
}
