package dev.anyloop.tck.rules.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsContexts;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Speechless;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Chapter TLS of the specification: servers that choose their context by what the client asks for. */
public abstract class ContextRules extends TlsChapter {

    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int RECORD_HEADER = 5;
    private static final int MANY = 25;
    private static final int AT_ONCE = 5;

    private static SSLContext ours() {
        return Certificates.context(certificates().ours);
    }

    private static SSLContext others() {
        return Certificates.context(certificates().others);
    }

    /** Of a client that trusts everybody there is. */
    private static SSLContext trusting() {
        return Certificates.context(null, certificates().ours, certificates().others);
    }

    private static Consumer<SSLParameters> asking(String version, String name, String... alpn) {
        return parameters -> {
            parameters.setProtocols(new String[] {version});
            parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
            parameters.setApplicationProtocols(alpn);
        };
    }

    private static String shown(TlsPeer peer) throws SSLException {
        return owner(peer.socket.getSession().getPeerPrincipal());
    }

    /** The subject says whose it is. */
    private static String owner(Principal subject) {
        return subject.getName().replaceAll(".*OU=(\\w+).*", "$1");
    }

    /** Plays one client after the other, each when the one before is done; nobody may be refused. */
    private List<String> shownTo(TlsContexts contexts, List<Consumer<SSLParameters>> clients) {
        BlockingQueue<String> shown = queue();
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server(contexts).withAlpn("h2", "http/1.1"), errors,
                    socket -> socket.onRead((s, data) -> s.close())));
            for (int i = 0; i < clients.size(); i++) {
                Consumer<SSLParameters> client = clients.get(i);
                int before = i;
                when(loop, () -> shown.size() == before, then -> securedClient(port, trusting(), client, peer -> {
                    peer.shakeHands().send("hello").readAll();
                    shown.add(shown(peer));
                }));
            }
            when(loop, () -> shown.size() == clients.size() || !errors.isEmpty(), done -> loop.close());
        });
        assertEquals(List.of(), errors);
        return List.copyOf(shown);
    }

    @Rule("TLS-021")
    void eachNameHasItsCertificate() {
        for (String version : VERSIONS) {
            BlockingQueue<String> asked = queue();
            List<String> shown = shownTo((name, alpn) -> {
                asked.add(name + " " + alpn);
                return "other.example".equals(name) ? others() : ours();
            }, List.of(asking(version, "other.example", "http/1.1", "gr\u00fc\u00df"), asking(version, ""), asking(version, "OTHER.example", "h2", "http/1.1"),
                    asking(version, "a-b.c-d.example")));
            assertEquals(List.of("others", "ours", "others", "ours"), shown);
            assertEquals(List.of("other.example [http/1.1, gr\u00fc\u00df]", "null []", "other.example [h2, http/1.1]", "a-b.c-d.example []"),
                    List.copyOf(asked));
        }
    }

    @Rule({"TLS-021", "TLS-023"})
    void aClientThatSpeaksSlowlyIsUnderstood() {
        sendByteByByte();
        for (String version : VERSIONS) {
            assertEquals(List.of("others"), shownTo((name, alpn) -> "other.example".equals(name) ? others() : ours(),
                    List.of(asking(version, "other.example"))));
        }
    }

    @Rule("TLS-021")
    void aCertificateIsReplacedWhileConnectionsAreOpen() {
        for (String version : VERSIONS) {
            AtomicReference<SSLContext> current = new AtomicReference<>(ours());
            BlockingQueue<String> shown = queue();
            CountDownLatch replaced = latch(1);
            List<String> texts = new ArrayList<>();
            List<NetworkException> errors = new ArrayList<>();
            withLoop(loop -> {
                int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server((name, alpn) -> current.get()), errors,
                        socket -> socket.onRead((s, data) -> s.write(data)).onClose((s, error) -> texts.add(socket.text()))));
                securedClient(port, trusting(), version(version), peer -> {
                    peer.send("before");
                    assertEquals("before", peer.readText(6));
                    shown.add(shown(peer));
                    peer.peer.await(replaced);
                    peer.send("after");
                    assertEquals("after", peer.readText(5));
                    shown.add("still " + shown(peer));
                });
                when(loop, () -> shown.size() == 1, first -> {
                    current.set(others());
                    securedClient(port, trusting(), version(version), peer -> {
                        peer.shakeHands();
                        shown.add(shown(peer));
                        replaced.countDown();
                        peer.readAll();
                    });
                });
                when(loop, () -> shown.size() == 3 || !errors.isEmpty(), done -> loop.close());
            });
            assertEquals(List.of(), errors);
            assertEquals(List.of("ours", "others", "still ours"), List.copyOf(shown));
        }
    }

    /** They are idle meanwhile; only who comes after that is shown the other one. */
    @Rule("TLS-021")
    void manyConnectionsOutliveTheirCertificate() {
        AtomicReference<SSLContext> current = new AtomicReference<>(ours());
        TlsOptions client = inPlainArithmetic(TlsOptions.client().withContext(trusting()));
        List<NetworkException> errors = new ArrayList<>();
        List<RecordedSocket> before = new ArrayList<>();
        List<RecordedSocket> after = new ArrayList<>();
        List<String> echoed = new ArrayList<>();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), inPlainArithmetic(TlsOptions.server((name, alpn) -> current.get())),
                    errors, socket -> socket.onRead(Socket::write)));
            connectMany(loop, port, client, MANY, before);
            when(loop, () -> loop.stats().openSockets() == 2 * MANY, open -> {
                current.set(others());
                connectMany(loop, port, client.withServerName("other.example"), AT_ONCE, after);
            });
            when(loop, () -> loop.stats().openSockets() == 2 * (MANY + AT_ONCE), open -> {
                before.forEach(socket -> sayLast("still", socket, echoed));
                after.forEach(socket -> sayLast("now", socket, echoed));
            });
            when(loop, () -> echoed.size() == MANY + AT_ONCE && loop.stats().openSockets() == 0 || !errors.isEmpty(), done -> loop.close());
        });
        assertEquals(List.of(), errors);
        assertEquals(Collections.nCopies(MANY, "still ours"), echoed.stream().filter(each -> each.startsWith("still")).toList());
        assertEquals(Collections.nCopies(AT_ONCE, "now others"), echoed.stream().filter(each -> each.startsWith("now")).toList());
    }

    /** Not so many at once that one of them is late. */
    private void connectMany(EventLoop loop, int port, TlsOptions tls, int count, List<RecordedSocket> all) {
        for (int i = 0; i < AT_ONCE; i++) {
            connectNext(loop, port, tls, count, all);
        }
    }

    private void connectNext(EventLoop loop, int port, TlsOptions tls, int count, List<RecordedSocket> all) {
        if (all.size() < count) {
            RecordedSocket socket = connectSecurely(loop, port, tls);
            all.add(socket);
            socket.onConnect(s -> connectNext(loop, port, tls, count, all));
        }
    }

    private static void sayLast(String word, RecordedSocket client, List<String> echoed) {
        client.onRead((socket, data) -> {
            echoed.add(UTF_8.decode(data) + " " + shown(socket));
            socket.close();
        });
        client.socket().write(word);
    }

    /** As the chapters over TLS do: the quick compiler is slow at AES. And however slow the machine is, no handshake is late. */
    private TlsOptions inPlainArithmetic(TlsOptions options) {
        return options.withProtocols(TLS_1_3).withCiphers("TLS_CHACHA20_POLY1305_SHA256").withHandshakeTimeout(limits().mustHappen());
    }

    private static String shown(Socket client) {
        TlsSession session = Objects.requireNonNull(client.tls());
        return owner(((X509Certificate) session.peerCertificates().get(0)).getSubjectX500Principal());
    }

    @Rule("TLS-021")
    void whoChoosesMayBlock() {
        CountDownLatch gate = latch(1);
        BlockingQueue<String> shown = queue();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server((name, alpn) -> {
                await(gate);
                return ours();
            }), new ArrayList<>(), socket -> socket.onRead((s, data) -> s.loop().close())));
            securedClient(port, trusting(), AS_IT_IS, peer -> {
                peer.shakeHands();
                shown.add(shown(peer));
                peer.send("hello").readAll();
            });
            when(loop, () -> loop.stats().connectingSockets() == 1, there -> afterQuiet(loop, quiet -> {
                assertEquals(0, shown.size());
                gate.countDown();
            }));
        });
        assertEquals(List.of("ours"), List.copyOf(shown));
    }

    // ---- who is refused ----

    @Rule("TLS-022")
    void whoGetsNoContextIsRefusedAndTold() {
        for (String version : VERSIONS) {
            BlockingQueue<String> heard = queue();
            List<NetworkException> errors = new ArrayList<>();
            withLoop(loop -> {
                int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server((name, alpn) -> {
                    if ("broken.example".equals(name)) {
                        throw new IllegalStateException("out of order");
                    } else if ("unlinked.example".equals(name)) {
                        throw new NoClassDefFoundError("of what chooses");
                    } else if ("speechless.example".equals(name)) {
                        throw new Speechless();
                    }
                    return name == null ? ours() : null;
                }), errors, socket -> socket.onRead((s, data) -> s.loop().close())));
                for (String name : List.of("unknown.example", "broken.example", "unlinked.example", "speechless.example")) {
                    securedClient(port, trusting(), asking(version, name), peer -> {
                        heard.add(name + ": " + assertThrows(SSLException.class, peer::shakeHands).getMessage());
                        peer.peer.drain();
                    });
                }
                when(loop, () -> errors.size() == 4 && heard.size() == 4, then ->
                        securedClient(port, trusting(), version(version), peer -> peer.send("hello").readAll()));
            });
            assertHeard("unknown.example", "unrecognized_name", errors, heard);
            assertHeard("broken.example", "internal_error", errors, heard);
            assertHeard("unlinked.example", "internal_error", errors, heard);
            assertHeard("speechless.example", "internal_error", errors, heard);
            assertTrue(errors.stream().anyMatch(error -> error.getMessage().contains("out of order")), errors::toString);
        }
    }

    private static void assertHeard(String name, String alert, List<NetworkException> errors, BlockingQueue<String> heard) {
        assertEquals(1, errors.stream().filter(error -> error.kind() == ErrorKind.TLS_HANDSHAKE
                && error.operation() == Operation.ACCEPT && error.getMessage().contains(name)).count(), errors::toString);
        assertEquals(1, heard.stream().filter(text -> text.startsWith(name) && text.contains(alert)).count(), heard::toString);
    }

    @Rule({"TLS-021", "TLS-023"})
    void ofAFirstMessageInSeveralRecordsTheSameIsAskedFor() {
        byte[] whole = handshake(1, hello("other.example", new byte[] {0, ALPN, 0, 5, 0, 3, 2, 'h', '2'}));
        byte[] message = Arrays.copyOfRange(whole, RECORD_HEADER, whole.length);
        for (int size : new int[] {1, 3, message.length / 2, message.length - 1, message.length}) {
            ByteArrayOutputStream records = new ByteArrayOutputStream();
            for (int from = 0; from < message.length; from += size) {
                records.writeBytes(record(22, Arrays.copyOfRange(message, from, Math.min(from + size, message.length))));
            }
            BlockingQueue<String> asked = queue();
            List<NetworkException> errors = new ArrayList<>();
            withLoop(loop -> {
                int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server((name, alpn) -> {
                    asked.add(name + " " + alpn);
                    return null;
                }), errors, socket -> {}));
                peer(port, peer -> peer.send(records.toByteArray()).drain());
                when(loop, () -> !errors.isEmpty(), done -> loop.close());
            });
            assertEquals(List.of("other.example [h2]"), List.copyOf(asked), "in pieces of " + size);
        }
    }

    // ---- first messages that are none ----

    @Rule("TLS-023")
    void aFirstMessageThatLiesIsRefused() {
        byte[] body = hello("", new byte[0]);
        for (byte[] lie : List.of(
                handshake(2, body), // of another type
                handshake(1, new byte[0]),
                handshake(1, Arrays.copyOf(body, 20)),
                handshake(1, hello("", new byte[] {0, 0, 0, 100, 0})), // an extension that is longer than all of them
                handshake(1, hello("", new byte[] {0, 0, 0, 2, 0, 50})), // a list of names longer than its extension
                handshake(1, hello("", new byte[] {0, 0, 0, 3, 0, 0, 9})), // an extension longer than its list of names
                handshake(1, hello("", new byte[] {0, 16, 0, 3, 0, 1, 9})), // a protocol longer than their list
                handshake(1, hello("", new byte[] {0, 16, 0, 3, 0, 0, 9})), // an extension longer than its list of protocols
                handshake(1, hello("../../etc/passwd", new byte[0])),
                handshake(1, hello("a..b", new byte[0])),
                handshake(1, hello("x".repeat(256), new byte[0])),
                handshake(1, hello("m\u00fcller.example", new byte[0])),
                record(22, new byte[0]),
                record(23, new byte[] {1, 0, 0, 1, 0}),
                record(22, new byte[] {1, 1, 0, 1, 0}))) { // 64 KiB and a byte
            refused(ErrorKind.TLS_PROTOCOL, peer -> peer.send(lie).drain());
        }
        refused(ErrorKind.TLS_PROTOCOL, peer -> { // a byte in each record, which makes more than 64 KiB of them
            byte[] piece = record(22, new byte[] {1});
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(record(22, new byte[] {1, 0, -1, -1}));
            for (int i = 0; i < 12_000; i++) {
                all.writeBytes(piece);
            }
            try {
                peer.send(all.toByteArray());
            } finally {
                peer.drain();
            }
        });
        refused(ErrorKind.TLS_HANDSHAKE, peer -> peer.send(record(21, new byte[] {2, 40})).drain());
        refused(ErrorKind.TLS_HANDSHAKE, peer -> peer.send(new byte[] {22, 3, 1, 0, 100, 1}).end().drain());
        refused(ErrorKind.TLS_HANDSHAKE, peer -> peer.send(new byte[] {22, 3, 1, 0, 100, 1}).drain());
    }

    private void refused(ErrorKind kind, PeerScript script) {
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            Duration patience = kind == ErrorKind.TLS_HANDSHAKE ? Duration.ofMillis(200) : Duration.ofSeconds(30);
            int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server((name, alpn) -> {
                throw new AssertionError("asked for " + name);
            }).withHandshakeTimeout(patience), errors, RecordedSocket::socket));
            peer(port, peer -> {
                try {
                    script.run(peer);
                } catch (IOException e) {
                    // it was refused before it had said everything
                }
            });
            when(loop, () -> !errors.isEmpty(), done -> loop.close());
        });
        assertEquals(kind, errors.get(0).kind(), errors.get(0).toString());
    }

    /** Who says nothing has done nothing wrong (LISTEN-010). */
    @Rule({"TLS-008", "TLS-021"})
    void whoGoesWithoutAWordIsNoErrorHereEither() {
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server((name, alpn) -> ours()), errors,
                    socket -> socket.socket().loop().close()));
            peer(port, peer -> peer.end().drain());
            peer(port, peer -> peer.reset());
            afterQuiet(loop, quiet -> securedClient(port, TlsChapter::tryToShakeHands));
        });
        assertEquals(List.of(), errors);
    }

    /** All but its header; it asks for a name, or for more. */
    private static byte[] hello(String name, byte[] more) {
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        if (!name.isEmpty()) {
            byte[] bytes = name.getBytes(ISO_8859_1);
            extensions.writeBytes(new byte[] {0, SERVER_NAME});
            extensions.writeBytes(length(bytes.length + 5));
            extensions.writeBytes(length(bytes.length + 3));
            extensions.write(SERVER_NAME);
            extensions.writeBytes(length(bytes.length));
            extensions.writeBytes(bytes);
        }
        extensions.writeBytes(more);
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hello.writeBytes(new byte[] {3, 3});
        hello.writeBytes(new byte[32]);
        hello.writeBytes(new byte[] {0, 0, 2, 0x13, 1, 1, 0});
        hello.writeBytes(length(extensions.size()));
        hello.writeBytes(extensions.toByteArray());
        return hello.toByteArray();
    }

    private static byte[] handshake(int type, byte[] body) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(new byte[] {(byte) type, 0});
        message.writeBytes(length(body.length));
        message.writeBytes(body);
        return record(22, message.toByteArray());
    }

    private static byte[] length(int bytes) {
        return new byte[] {(byte) (bytes >> 8), (byte) bytes};
    }

    private static byte[] record(int type, byte[] fragment) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(new byte[] {(byte) type, 3, 1});
        record.writeBytes(length(fragment.length));
        record.writeBytes(fragment);
        return record.toByteArray();
    }
}
