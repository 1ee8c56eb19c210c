package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A plain blocking peer, either end of a connection. */
final class Client implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream input;

    private Client(Socket socket) throws IOException {
        this.socket = socket;
        input = new BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static Client connect(int port) throws IOException {
        return new Client(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static Client accept(ServerSocket server) throws IOException {
        server.setSoTimeout(PATIENCE_MILLIS);
        return new Client(server.accept());
    }

    /** A server on a free port of the loopback interface. */
    static ServerSocket serverSocket() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    /** Bound and not listened on: so its port refuses who connects, and nobody else is given it meanwhile. */
    static Socket refusing() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void end() throws IOException {
        socket.shutdownOutput();
    }

    void expect(String text) throws IOException {
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        byte[] received = receive(expected.length);
        assertEquals(text, new String(received, StandardCharsets.UTF_8));
    }

    byte[] receive(int length) throws IOException {
        return input.readNBytes(length);
    }

    /** A line of ASCII. */
    String receiveLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = input.read(); b >= 0 && b != '\n'; b = input.read()) {
            line.append((char) b);
        }
        return line.toString();
    }

    void expectEnd() throws IOException {
        assertEquals(-1, input.read());
    }

    /** Whether the end comes as FIN or as RST is not said of an aborted connection. */
    void expectAbort() throws IOException {
        try {
            expectEnd();
        } catch (SocketException reset) {
            // just as good
        }
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
