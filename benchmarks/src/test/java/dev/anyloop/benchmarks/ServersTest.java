package dev.anyloop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.benchmarks.servers.Hello;
import dev.anyloop.benchmarks.servers.Mode;
import dev.anyloop.benchmarks.servers.Ping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That every server in Java, and of those in C the long ones, start and answer; how fast is not a matter of tests. */
class ServersTest {

    private static final int PATIENCE_MILLIS = 30_000;

    private static final Set<String> IN_C = Set.of(Candidates.C_IO_URING, Candidates.C_HTTP);

    private static List<Candidate> all;

    /** Where there is no compiler those in Java alone. */
    @BeforeAll
    static void compile() throws IOException {
        Map<String, Path> programs = Programs.compile(Settings.fromProperties(), problem -> { });
        all = Candidates.all(programs, null).stream()
                .filter(candidate -> candidate.isJvm() || IN_C.contains(candidate.name()))
                .map(Candidate::compiledQuickly).toList();
    }

    private static List<Candidate> thatOffer(Service service) {
        return all.stream().filter(candidate -> candidate.offers(service)).toList();
    }

    static List<Candidate> candidates() {
        return thatOffer(Service.plain(Mode.PING));
    }

    static List<Candidate> thoseThatKeepWhatDoesNotFit() {
        return candidates().stream().filter(candidate -> candidate.ours() || candidate.name().equals(Candidates.C_IO_URING)).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("candidates")
    void answersRequestsCutAnywhereAndAtAPathToo(Candidate candidate) throws IOException {
        boolean atPath = candidate.offers(Service.atPath(Mode.PING));
        Service service = atPath ? Service.atPath(Mode.PING) : Service.plain(Mode.PING);
        try (ServerProcess server = start(candidate, service); Socket socket = connect(server)) {
            OutputStream out = socket.getOutputStream();
            out.write(Ping.REQUEST, 0, 5);
            out.flush();
            out.write(Ping.REQUEST, 5, Ping.REQUEST.length - 5);
            out.write(Ping.REQUEST);
            assertArrayEquals("+PONG\r\n+PONG\r\n".getBytes(StandardCharsets.US_ASCII),
                    socket.getInputStream().readNBytes(2 * Ping.REPLY.length));
            if (atPath) {
                assertAnswersAtItsPath(server);
            }
        }
    }

    private static void assertAnswersAtItsPath(ServerProcess server) throws IOException {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(server.path()))) {
            socket.write(ByteBuffer.wrap(Ping.REQUEST));
            ByteBuffer answer = ByteBuffer.allocate(Ping.REPLY.length);
            while (answer.hasRemaining()) {
                assertTrue(socket.read(answer) > 0);
            }
            assertArrayEquals(Ping.REPLY, answer.array());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thoseThatKeepWhatDoesNotFit")
    void echoesMoreThanTheKernelHolds(Candidate candidate) throws Exception {
        byte[] bytes = new byte[8 << 20];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 9));
        }
        try (ServerProcess server = start(candidate, Service.plain(Mode.ECHO)); Socket socket = connect(server)) {
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(bytes);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            writer.start();
            assertArrayEquals(bytes, socket.getInputStream().readNBytes(bytes.length));
            writer.join();
        }
    }

    static List<Candidate> thoseWithDatagrams() {
        return thatOffer(Service.plain(Mode.DATAGRAM));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thoseWithDatagrams")
    void echoesDatagramsToWhoHasSentThem(Candidate candidate) throws IOException {
        try (ServerProcess server = start(candidate, Service.plain(Mode.DATAGRAM)); DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (int length = 1; length < 100; length += 33) {
                byte[] bytes = new byte[length];
                bytes[length - 1] = (byte) length;
                socket.send(new DatagramPacket(bytes, length, InetAddress.getByName("127.0.0.1"), server.port()));
                DatagramPacket answer = new DatagramPacket(new byte[1_000], 1_000);
                socket.receive(answer);
                assertArrayEquals(bytes, Arrays.copyOf(answer.getData(), answer.getLength()));
            }
        }
    }

    static List<Candidate> thoseWithHttp() {
        return thatOffer(Service.plain(Mode.HTTP));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thoseWithHttp")
    void answersRequestsOfHttpCutAnywhereAndSentTogether(Candidate candidate) throws IOException {
        try (ServerProcess server = start(candidate, Service.plain(Mode.HTTP)); Socket socket = connect(server)) {
            OutputStream out = socket.getOutputStream();
            for (int cut = 1; cut < Hello.REQUEST.length; cut += 61) {
                out.write(Hello.REQUEST, 0, cut);
                out.flush();
                out.write(Hello.REQUEST, cut, Hello.REQUEST.length - cut);
                assertRightAnswer(socket.getInputStream());
            }
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                together.write(Hello.REQUEST);
            }
            out.write(together.toByteArray());
            for (int i = 0; i < 100; i++) {
                assertRightAnswer(socket.getInputStream());
            }
        }
    }

    /** The same of all servers, but for the order and the case of the fields, so of the same length too. */
    private static void assertRightAnswer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertTrue(next >= 0, () -> "ended after: " + head);
            head.append((char) next);
        }
        List<String> lines = head.toString().lines().toList();
        assertEquals("HTTP/1.1 200 OK", lines.get(0));
        List<String> fields = lines.subList(1, lines.size() - 1).stream()
                .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT) + line.substring(line.indexOf(':')))
                .map(line -> line.replaceFirst("^date: \\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$", "date: then"))
                .sorted().toList();
        assertEquals(List.of("content-length: 13", "content-type: text/plain", "date: then", "server: bench"), fields);
        assertEquals(Hello.TEXT, new String(in.readNBytes(Hello.TEXT.length()), StandardCharsets.US_ASCII));
    }

    /** What cannot run here is skipped, unless the build requires its backend. */
    private static ServerProcess start(Candidate candidate, Service service) throws IOException {
        try {
            return ServerProcess.start(candidate, service, Path.of(""));
        } catch (IOException e) {
            List<String> required = List.of(System.getProperty("anyloop.require", "").split(","));
            boolean byDefault = candidate.arguments().size() == 2; // not a transport chosen by name
            assertFalse(candidate.ours() && byDefault && required.contains(candidate.arguments().get(1)), e.getMessage());
            return Assumptions.abort(e.getMessage());
        }
    }

    private static Socket connect(ServerProcess server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }
}
