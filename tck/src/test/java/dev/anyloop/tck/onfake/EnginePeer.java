package dev.anyloop.tck.onfake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.tck.fake.FakePeer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** The other end of a secured connection on the fake: an engine of the JDK, by hand. It sends what {@link #turn} has made. */
final class EnginePeer {

    /** What it asks for as a client. */
    static final String NAME = "other.example";

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final FakePeer peer;
    private final SSLEngine engine;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 20);
    private final ByteBuffer out = ByteBuffer.allocate(1 << 20);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean ended;

    EnginePeer(FakePeer peer, SSLContext context, boolean isServer, String version) throws SSLException {
        this.peer = peer;
        this.engine = context.createSSLEngine();
        engine.setUseClientMode(!isServer);
        engine.setEnabledProtocols(new String[] {version});
        if (!isServer) {
            SSLParameters asking = engine.getSSLParameters();
            asking.setServerNames(List.of(new SNIHostName(NAME)));
            engine.setSSLParameters(asking);
        }
        engine.beginHandshake();
    }

    /** Takes what has come, and answers as far as the engine wants to; what it wants to send is returned. */
    byte[] turn() throws SSLException {
        in.put(peer.read(in.remaining())).flip();
        boolean more = true;
        while (more) {
            more = step();
        }
        in.compact();
        byte[] sent = new byte[out.flip().remaining()];
        out.get(sent).clear();
        return sent;
    }

    private boolean step() throws SSLException {
        HandshakeStatus wanted = engine.getHandshakeStatus();
        if (wanted == HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
            return true;
        } else if (wanted == HandshakeStatus.NEED_WRAP) {
            engine.wrap(NOTHING, out);
            return true;
        }
        ByteBuffer plain = ByteBuffer.allocate(1 << 15);
        int before = in.remaining();
        if (before == 0 || engine.isInboundDone()) {
            return false;
        }
        engine.unwrap(in, plain);
        received.write(plain.array(), 0, plain.position());
        ended |= engine.isInboundDone();
        return in.remaining() < before;
    }

    /** TLS 1.3, when the handshake is done. */
    byte[] changeKeys() throws SSLException {
        engine.beginHandshake();
        return turn();
    }

    byte[] seal(String text) throws SSLException {
        engine.wrap(ByteBuffer.wrap(text.getBytes(UTF_8)), out);
        return turn();
    }

    /** Says that no more comes. */
    byte[] end() throws SSLException {
        engine.closeOutbound();
        return turn();
    }

    String received() {
        return received.toString(UTF_8);
    }

    /** Whether the loop has said that no more comes. */
    boolean sawEnd() {
        return ended;
    }
}
