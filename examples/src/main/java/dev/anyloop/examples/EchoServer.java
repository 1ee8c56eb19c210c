package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Sends everything back to where it came from, until somebody sends QUIT. Start it with {@code mvn -q -Pecho} and talk
 * to it with {@code nc 127.0.0.1 9003}. With {@code -Dtls=true} connections are secured, by a certificate made on the spot;
 * then {@code openssl s_client -connect 127.0.0.1:9003 -CAfile FILE} talks to it.
 */
public final class EchoServer {

    private EchoServer() {}

    /**
     * Serves until somebody sends QUIT.
     *
     * @param args the port, by default 9003; 0 picks a free one. Then {@code true} for TLS
     * @throws Exception if no certificate can be made
     */
    public static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9003;
        ListenOptions options = args.length > 1 && args[1].equals("true") ? secured() : ListenOptions.defaults();
        EventLoop.start(loop -> {
            Server server = loop.listen(null, port, options, (s, socket) -> echo(socket)) // null is 0.0.0.0
                    .onError((s, error) -> System.err.println(error.getMessage()));
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            System.out.println("Echo server on " + address.getHostString() + ":" + address.getPort() + ", backend "
                    + loop.backend() + ". Send QUIT to stop it.");
        });
        System.out.println("Stopped by QUIT.");
    }

    private static ListenOptions secured() throws Exception {
        OwnCertificate own = OwnCertificate.make();
        System.out.println("Clients have to trust " + own.file());
        return ListenOptions.defaults().withTls(TlsOptions.server(own.context()));
    }

    /** A client that sends without reading is paused until it has caught up; the others do not notice. */
    static void echo(Socket socket) {
        QuitFinder quit = new QuitFinder();
        socket.onRead((s, data) -> {
                    boolean found = quit.foundIn(data); // before the write, which consumes the data
                    if (!s.write(data)) {
                        s.pause();
                    }
                    if (found) {
                        s.loop().close();
                    }
                })
                .onDrain(Socket::resume)
                .onError((s, error) -> System.err.println(error.getMessage()));
    }

    /** Finds the word also when it arrives in pieces: TCP is a stream of bytes, its chunks mean nothing. */
    private static final class QuitFinder {

        private static final String WORD = "QUIT";

        private int matched;

        boolean foundIn(ByteBuffer data) {
            for (int i = data.position(); i < data.limit() && matched < WORD.length(); i++) {
                byte b = data.get(i);
                if (b == WORD.charAt(matched)) {
                    matched++;
                } else {
                    matched = b == WORD.charAt(0) ? 1 : 0; // enough, since no other letter of it is a Q
                }
            }
            return matched == WORD.length();
        }
    }
}
