package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.SocketCallback;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import java.io.IOException;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;

/** A chapter about connections that begin in plain, and are secured later. */
public abstract class StartTlsChapter extends TlsChapter {

    static final SocketCallback NOTHING_MORE = s -> {};

    /** A side of the handshake, of the socket under test. */
    enum Side {
        CLIENT, SERVER;

        TlsOptions options() {
            return this == CLIENT ? clientOptions().withServerName("localhost") : serverOptions();
        }

        /** The other side, over what has been used in plain. */
        TlsPeer other(Peer peer, Consumer<SSLParameters> change) throws IOException {
            return new TlsPeer(peer, trusted(), this == CLIENT, false, change);
        }

        TlsPeer other(Peer peer) throws IOException {
            return other(peer, AS_IT_IS);
        }
    }

    /** In plain, both have said that they are ready when this is over; a peer that began sooner would be an attacker. */
    static void agree(Peer peer) throws IOException {
        peer.send("ready");
        assertEquals("go", peer.readText(2));
    }

    /** The same, for the socket under test. */
    static RecordedSocket whenAgreed(RecordedSocket socket, SocketCallback action) {
        boolean[] done = new boolean[1];
        return socket.onRead((s, data) -> {
            if (!done[0] && socket.text().equals("ready")) {
                done[0] = true;
                data.position(data.limit());
                s.write("go");
                action.run(s);
            }
        });
    }
}
