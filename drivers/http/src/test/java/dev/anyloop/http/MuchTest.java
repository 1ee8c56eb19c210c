package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.http.protocol.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A body that is much longer than all the memory that the server's process may have. */
class MuchTest {

    /** Some seconds' worth by default; a gibibyte takes ten. */
    private static final long LENGTH = Long.getLong("http.body", 1L << 28);
    private static final int PIECE = 1 << 20;

    /** Sends back what comes, and prints its port. */
    static final class Echo {

        public static void main(String... none) {
            HttpOptions options = HttpOptions.defaults().withLimits(Limits.defaults().withBody(Long.MAX_VALUE));
            EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop -> {
                HttpServer server = HttpServer.listen(loop, "127.0.0.1", 0, options, (request, response) -> {
                    request.onBody(data -> {
                        if (!response.write(data)) {
                            request.pause();
                        }
                    }).onEnd(response::end);
                    response.length(request.contentLength()).onDrain(request::resume);
                });
                System.out.println(((InetSocketAddress) server.localAddress()).getPort());
            });
        }
    }

    /** All the heap of the process, its classes' own included, and 2 MiB for the buffers that the kernel is given. */
    @Test
    void aLongBodyGoesUpAndDownInTenMebibytesOfHeap() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx10m", "-XX:MaxDirectMemorySize=2m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Echo.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1));
                Socket client = new Socket("127.0.0.1", Integer.parseInt(out.readLine()))) {
            client.setSoTimeout(30_000);
            FutureTask<Long> received = new FutureTask<>(() -> receive(client.getInputStream()));
            Thread receiver = new Thread(received, "receiver");
            receiver.start();
            send(client.getOutputStream());
            assertEquals(LENGTH, received.get());
            assertTrue(process.isAlive());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void send(OutputStream out) throws IOException {
        out.write(("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + LENGTH + "\r\n\r\n").getBytes(ISO_8859_1));
        byte[] piece = new byte[PIECE];
        for (int i = 0; i < LENGTH / PIECE; i++) {
            fill(piece, i);
            out.write(piece);
        }
    }

    /** What is at each place depends on the place, so that nothing is lost, doubled or out of order. */
    private static void fill(byte[] piece, int number) {
        for (int i = 0; i < PIECE; i += 1024) {
            piece[i] = (byte) (number * 31 + (i >> 10));
        }
    }

    private static long receive(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        byte[] expected = new byte[PIECE];
        long length = 0;
        for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
            fill(expected, (int) (length / PIECE));
            assertEquals(-1, Arrays.mismatch(expected, piece), "at " + length);
            length += piece.length;
        }
        return length;
    }
}
