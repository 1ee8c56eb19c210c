package dev.anyloop.tck.rules.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.tls.Certificates;
import dev.anyloop.tck.run.Memory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** Chapter RES of the specification: the heap that secured connections take. */
public abstract class SecuredMemoryRules extends Chapter {

    private static final int MANY = 400;
    private static final int KIBIBYTE = 1024;

    /** What the rest of the process may come to have meanwhile; the longest record on each would be twice as much. */
    private static final int SOMETHING_ELSE = 3 * 1024 * KIBIBYTE;

    private static Server listen(EventLoop loop, SSLContext ours, AtomicInteger errors) {
        TlsOptions tls = TlsOptions.server(ours).withHandshakeTimeout(Duration.ofDays(1));
        return loop.listen(LOCALHOST, 0, ListenOptions.defaults().withTls(tls), (server, socket) -> socket.abort())
                .onError((server, error) -> errors.incrementAndGet());
    }

    /** A length may be told by anybody; what is kept follows what has come. */
    @Rule({"RES-007", "TLS-023"})
    @NeedsSystem("a heap of its own")
    void aRecordTakesNoMemoryBeforeItComes() {
        AtomicInteger errors = new AtomicInteger();
        byte[] longest = {3, 1, 0x40, 0, 1}; // after the type: version and length of a record, and its first byte
        SSLContext ours = Certificates.context(Certificates.made().ours); // the first time takes a while, which is not the loop's
        withLoop(loop -> {
            Server server = listen(loop, ours, errors);
            int port = port(server);
            helper(() -> {
                List<Peer> peers = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    peers.add(client(port).send(new byte[] {22}));
                }
                awaitOneAfterThem(port, errors);
                long before = Memory.heapBytes();
                for (Peer peer : peers) {
                    peer.send(longest);
                }
                awaitOneAfterThem(port, errors);
                long grown = Memory.heapBytes() - before;
                assertTrue(grown < SOMETHING_ELSE, grown + " bytes for " + longest.length + " on each of " + MANY);
                loop.execute(server::close);
            });
        });
        assertEquals(2, errors.get(), "of those that are none of them");
    }

    /** Whose handshake fails; by then, they have been read who were ready before. */
    private void awaitOneAfterThem(int port, AtomicInteger errors) throws IOException {
        int before = errors.get();
        client(port).send("GET / HTTP/1.1\r\n\r\n").drain();
        until(() -> errors.get() > before, () -> "no error");
    }
}
