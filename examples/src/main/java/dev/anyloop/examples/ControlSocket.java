package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.adapters.framing.LineDecoder;
import java.net.ProtocolException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * A daemon on a path of the file system, which answers its owner alone: by lines, {@code echo status | socat - UNIX-CONNECT:PATH},
 * or with a page, {@code curl --unix-socket PATH http://localhost/}. Start it with {@code mvn -q -Pecho -Dpath=PATH}. At TERM it
 * ends as services should, and its file goes with it.
 */
public final class ControlSocket {

    private static final int LONGEST_LINE = 4096;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Socket socket;
    private final LineDecoder lines = new LineDecoder(LONGEST_LINE);
    private boolean inHead;

    private ControlSocket(Socket socket) {
        this.socket = socket;
    }

    /**
     * Serves until the process gets TERM, or exits with 1 where it cannot listen.
     *
     * @param args the path, then {@code false} if a file that a killed daemon has left there shall not be taken over
     */
    public static void main(String[] args) {
        if (args.length == 0) {
            System.err.println("usage: ControlSocket path [false]");
            System.exit(2);
        }
        ListenOptions options = ListenOptions.defaults()
                .withReplaceLeftover(args.length == 1 || !args[1].equals("false"))
                .withPermissions(PosixFilePermissions.fromString("rw-------"));
        try {
            EventLoop.start(loop -> {
                loop.listen(UnixDomainSocketAddress.of(args[0]), options, (server, socket) -> new ControlSocket(socket).start());
                loop.signal("TERM", signal -> {
                    signal.cancel(); // so that the next one does what it did before
                    loop.shutdown(GRACE);
                });
                System.out.println("Listening on " + args[0] + ", backend " + loop.backend() + ". Send TERM to process "
                        + ProcessHandle.current().pid() + " to stop it.");
            });
            System.out.println("All clients were served.");
        } catch (NetworkException e) {
            System.err.println(e.kind() + ": " + e.getMessage());
            System.exit(1);
        }
    }

    private void start() {
        socket.onRead((same, data) -> read(data))
                .onDrain(Socket::resume)
                .onError((same, error) -> System.err.println(error.getMessage()));
    }

    private void read(ByteBuffer data) {
        try {
            String line;
            while (socket.isOpen() && (line = lines.next(data)) != null) {
                answer(line);
            }
        } catch (ProtocolException e) {
            socket.write("You sent " + e.getMessage() + ".\n");
            socket.close(); // what was written is still sent
        }
    }

    /** Of a request for a page the first line says which, and an empty one ends its head. Here all pages are the same. */
    private void answer(String line) {
        if (inHead) {
            if (line.isEmpty()) {
                write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + status().length() + "\r\n\r\n" + status());
                socket.close();
            }
        } else if (line.matches("GET /\\S* HTTP/1\\.[01]")) {
            inHead = true;
        } else {
            write(line.equals("status") ? status() : "unknown: " + line + "\n");
        }
    }

    private String status() {
        return "backend " + socket.loop().backend() + ", " + socket.loop().stats().openSockets() + " open\n";
    }

    /** A client that sends without reading is paused until it has caught up. */
    private void write(String text) {
        if (!socket.write(text)) {
            socket.pause();
        }
    }
}
