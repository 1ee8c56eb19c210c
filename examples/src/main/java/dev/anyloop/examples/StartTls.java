package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.PemFiles;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.adapters.framing.LineDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * A conversation that begins in plain and is secured by a word of its own: the greetings of SMTP, by a server that takes no
 * mail, and a client. {@code openssl s_client -starttls smtp -connect 127.0.0.1:9025 -CAfile FILE} talks to the server too.
 */
public final class StartTls {

    private static final int LONGEST_LINE = 1000;

    private StartTls() {}

    /**
     * Serves until it is killed; or, if it is told whom to trust, asks the server of this machine, prints what both say and exits
     * with 0, or with 1 after an error.
     *
     * @param args the port, by default 9025, of which 0 serves on a free one; then the PEM file that the server prints the name of
     * @throws Exception if no certificate can be made or read
     */
    public static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9025;
        if (args.length > 1) {
            Client client = new Client(TlsOptions.client().withContext(PemFiles.trust(Path.of(args[1]))));
            EventLoop.start(loop -> client.start(loop, port));
            System.exit(client.failed ? 1 : 0);
        }
        OwnCertificate own = OwnCertificate.make();
        System.out.println("Clients have to trust " + own.file());
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", port, (s, socket) -> new Greeter(socket, TlsOptions.server(own.context())).start());
            System.out.println("Greets on 127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort());
        });
    }

    /** The server's side of one conversation. */
    private static final class Greeter {

        private final Socket socket;
        private final TlsOptions tls;
        private LineDecoder lines = new LineDecoder(LONGEST_LINE);
        private boolean starting; // from the word on, until the connection is secure

        Greeter(Socket socket, TlsOptions tls) {
            this.socket = socket;
            this.tls = tls;
        }

        void start() {
            socket.onRead((s, data) -> read(data))
                    .onError((s, error) -> System.err.println(error.getMessage()))
                    .write("220 localhost\r\n");
        }

        /** What came in plain behind the word stays in the view, and fails the socket: it may not be the client's. */
        private void read(ByteBuffer data) throws IOException {
            for (String line = lines.next(data); line != null; line = starting ? null : lines.next(data)) {
                answer(line);
            }
        }

        private void answer(String line) {
            if (line.startsWith("EHLO ")) {
                socket.write(socket.tls() == null ? "250-localhost\r\n250 STARTTLS\r\n" : "250 localhost\r\n");
            } else if (line.equals("STARTTLS") && socket.tls() == null) {
                starting = true;
                socket.write("220 go ahead\r\n"); // leaves in plain, whatever comes
                socket.startTls(tls, s -> {
                    starting = false;
                    lines = new LineDecoder(LONGEST_LINE); // half a line in plain is nobody's either
                });
            } else if (line.equals("QUIT")) {
                socket.write("221 by " + (socket.tls() == null ? "no TLS" : "TLS") + "\r\n");
                socket.close();
            } else {
                socket.write("500 not in this example\r\n");
            }
        }
    }

    /** The client's side: says the next thing when the answer to the one before is whole. */
    private static final class Client {

        private final TlsOptions tls;
        private final Queue<String> toSay = new ArrayDeque<>(List.of("EHLO me", "STARTTLS", "EHLO me", "QUIT"));
        private LineDecoder lines = new LineDecoder(LONGEST_LINE);
        private String said = "";
        private boolean starting;
        private boolean failed;

        Client(TlsOptions tls) {
            this.tls = tls;
        }

        void start(EventLoop loop, int port) {
            loop.connect("localhost", port)
                    .onRead(this::read)
                    .onError((s, error) -> {
                        failed = true;
                        System.err.println("No greetings: " + error.getMessage());
                    });
        }

        /** As the server does: whatever comes behind "go ahead" in plain is refused. */
        private void read(Socket socket, ByteBuffer data) throws IOException {
            for (String line = lines.next(data); line != null; line = starting ? null : lines.next(data)) {
                hear(socket, line);
            }
        }

        private void hear(Socket socket, String line) {
            System.out.println((socket.tls() == null ? "plain  < " : "secure < ") + line);
            boolean more = line.startsWith("-", 3);
            if (!more && said.equals("STARTTLS") && line.startsWith("220 ")) {
                starting = true;
                socket.startTls(tls, s -> {
                    starting = false;
                    lines = new LineDecoder(LONGEST_LINE);
                    sayNext(s);
                });
            } else if (!more) {
                sayNext(socket);
            }
        }

        private void sayNext(Socket socket) {
            String next = toSay.poll();
            if (next != null) {
                said = next;
                System.out.println((socket.tls() == null ? "plain  > " : "secure > ") + next);
                socket.write(next + "\r\n");
            }
        }
    }
}
