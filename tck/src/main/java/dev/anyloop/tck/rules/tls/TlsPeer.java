package dev.anyloop.tck.rules.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.WireTap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The other end of a secured connection: the JDK's own blocking socket, over that of the peer. */
final class TlsPeer {

    /** What it does; when it returns the connection is closed. */
    @FunctionalInterface
    interface Script {
        void run(TlsPeer peer) throws Exception;
    }

    final Peer peer;
    final SSLSocket socket;
    final WireTap tap;

    /** @param asServer of the handshake, which has not begun when this returns */
    TlsPeer(Peer peer, SSLContext context, boolean asServer, boolean byteByByte, Consumer<SSLParameters> change)
            throws IOException {
        this.peer = peer;
        this.tap = new WireTap(peer.socket(), byteByByte);
        this.socket = (SSLSocket) context.getSocketFactory().createSocket(tap, "localhost", peer.socket().getPort(), true);
        socket.setUseClientMode(!asServer);
        SSLParameters parameters = socket.getSSLParameters();
        change.accept(parameters);
        socket.setSSLParameters(parameters);
    }

    TlsPeer shakeHands() throws IOException {
        socket.startHandshake();
        return this;
    }

    TlsPeer send(String text) throws IOException {
        return send(text.getBytes(UTF_8));
    }

    TlsPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Says that no more comes, and goes on reading: TLS 1.3. */
    TlsPeer end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    String readText(int count) throws IOException {
        return new String(read(count), UTF_8);
    }

    byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new AssertionError("the peer got " + bytes.length + " bytes of " + count + ", then the end");
        }
        return bytes;
    }

    /** Ends the connection without a word; what was sent is sent. */
    TlsPeer cut() throws IOException {
        peer.end();
        return this;
    }

    /** Everything up to the other side's end, said or not. */
    byte[] readAll() throws IOException {
        return socket.getInputStream().readAllBytes();
    }

    /** Everything up to the end or the alert that says why there is no more. */
    byte[] readUntilRefused() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (IOException e) {
            // It says why.
        }
        return all.toByteArray();
    }

    /** Lets the records pass that still come, however the connection ends. */
    void drain() {
        try {
            tap.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A reset ends it as well.
        }
    }

    /** Whether the last record that came is an alert, as far as that can be seen. */
    boolean heardAlert() {
        List<WireTap.Rec> records = tap.records();
        return !records.isEmpty() && records.get(records.size() - 1).isAlert();
    }

    String readAllText() throws IOException {
        return new String(readAll(), UTF_8);
    }
}
