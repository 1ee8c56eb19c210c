package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ClientAuth;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.Speechless;
import dev.anyloop.tck.run.Failure;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Chapter TLS of the specification, continued: what a handshake computes, and where. */
public abstract class ComputingRules extends TlsChapter {

    private static final Duration ALIVE_AFTER_CLOSE = Duration.ofSeconds(2);

    /** Asked in the middle of a handshake, it waits for the loop to go on. */
    private class Patient extends X509ExtendedTrustManager {

        private final CountDownLatch gate;

        Patient(CountDownLatch gate) {
            this.gate = gate;
        }

        private void check() {
            try {
                await(gate);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            check();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            check();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            check();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            check();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            check();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            check();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Rule("TLS-006")
    void whatTakesLongDoesNotBlockTheLoop() throws Exception {
        CountDownLatch gate = latch(1);
        SSLContext patient = Certificates.context(null, new TrustManager[] {new Patient(gate)});
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket connecting = connectSecurely(loop,
                    securedServer(trusted(), TLS_1_3, peer -> peer.send("hello").readAll()),
                    TlsOptions.client().withContext(patient));
            afterQuiet(loop, quiet -> {
                assertEquals("", connecting.trace());
                gate.countDown();
            });
            return connecting.onRead((s, data) -> s.close());
        });
        assertEquals("connect data close", socket.trace());
    }

    @Rule("TLS-006")
    @NeedsSystem("threads that compute")
    void asManyAreComputedForAtATimeAsThereAreProcessors() {
        int processors = Runtime.getRuntime().availableProcessors();
        CountDownLatch gate = latch(1);
        AtomicInteger asked = new AtomicInteger();
        int[] accepted = new int[1];
        TlsOptions options = TlsOptions.server((name, alpn) -> {
            asked.incrementAndGet();
            await(gate);
            return trusted();
        });
        withLoop(loop -> {
            Server server = listenSecurely(loop, SocketOptions.defaults(), options, new ArrayList<>(), socket -> {
                if (++accepted[0] == processors + 1) {
                    loop.close();
                }
            });
            for (int i = 0; i <= processors; i++) {
                securedClient(port(server), TlsChapter::tryToShakeHands);
            }
            when(loop, () -> asked.get() == processors, busy -> afterQuiet(loop, quiet -> {
                assertEquals(processors, asked.get());
                gate.countDown();
            }));
        });
        assertEquals(processors + 1, accepted[0]);
    }

    @Rule("TLS-006")
    void itIsDoneByTheExecutorOfTheOptions() {
        AtomicInteger asked = new AtomicInteger();
        RecordedSocket socket = withSocket(loop -> connectSecurely(loop,
                securedServer(trusted(), TLS_1_3, peer -> peer.send("hello").readAll()), clientOptions().withExecutor(work -> {
                    asked.incrementAndGet();
                    helper(work::run);
                })).onRead((s, data) -> s.close()));
        assertEquals("connect data close", socket.trace());
        assertTrue(asked.get() > 0, "the executor was not asked");
    }

    @Rule("TLS-006")
    void anExecutorThatRejectsFailsTheHandshake() {
        RecordedSocket rejected = withSocket(loop -> connectSecurely(loop,
                securedServer(trusted(), TLS_1_3, TlsChapter::tryToShakeHands), clientOptions().withExecutor(work -> {
                    throw new RejectedExecutionException("too busy");
                })));
        assertEquals("error close", rejected.trace());
        NetworkException error = assertFailed(ErrorKind.TLS_HANDSHAKE, rejected);
        assertTrue(error.getMessage().contains("too busy"), error.getMessage());
    }

    /**
     * As with more clients than there is time to compute for, who are given up before it is their turn. With more and more patience, for
     * one that has not been heard by then has no turn.
     */
    @Rule("TLS-006")
    void nothingIsComputedForWhoIsGoneBeforeItsTurn() {
        withMoreAndMorePatience(patience -> {
            AtomicInteger asked = new AtomicInteger();
            BlockingQueue<Runnable> turns = queue();
            List<NetworkException> errors = new ArrayList<>();
            TlsOptions options = TlsOptions.server((name, alpn) -> {
                asked.incrementAndGet();
                return trusted();
            }).withExecutor(turns::add).withHandshakeTimeout(patience);
            withLoop(loop -> {
                int port = port(listenSecurely(loop, SocketOptions.defaults(), options, errors, socket -> {
                    throw new AssertionError("accepted");
                }));
                peer(port, peer -> peer.send(clientHello()).drain());
                when(loop, () -> !errors.isEmpty(), told -> {
                    turns.forEach(Runnable::run);
                    loop.close();
                });
            });
            assertEquals(ErrorKind.TLS_HANDSHAKE, errors.get(0).kind());
            assertEquals(0, asked.get(), "contexts asked for");
            return !turns.isEmpty();
        });
    }

    /** Nobody waits for it any more. */
    @Rule({"TLS-006", "RES-002"})
    @NeedsSystem("threads of the loop's own")
    void whatIsComputedForALoopThatClosesIsInterrupted() throws InterruptedException {
        AtomicReference<Thread> computing = new AtomicReference<>();
        TlsOptions options = TlsOptions.server((name, alpn) -> {
            computing.set(Thread.currentThread());
            LockSupport.parkNanos(limits().mustHappen().toNanos());
            return trusted();
        });
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), options, new ArrayList<>(), socket -> {}));
            peer(port, peer -> peer.send(clientHello()).drain());
            when(loop, () -> computing.get() != null, then -> loop.close());
        });
        computing.get().join(ALIVE_AFTER_CLOSE.toMillis());
        assertFalse(computing.get().isAlive(), "a thread of a loop that has closed");
    }

    @Rule("TLS-006")
    void whateverTheExecutorOrAManagerThrowsFailsTheHandshakeAlone() throws Exception {
        X509ExtendedTrustManager distrustful = new Patient(latch(0)) {
            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
                throw new Speechless();
            }
        };
        X509ExtendedTrustManager sneaky = new Patient(latch(0)) {
            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
                Failure.sneak(new Exception("checked, and not declared"));
            }
        };
        List<TlsOptions> options = List.of(
                clientOptions().withExecutor(work -> {
                    throw new AssertionError("too busy");
                }),
                clientOptions().withExecutor(work -> {
                    throw new Speechless();
                }),
                TlsOptions.client().withContext(Certificates.context(null, new TrustManager[] {distrustful})),
                TlsOptions.client().withContext(Certificates.context(null, new TrustManager[] {sneaky})));
        for (TlsOptions each : options) {
            RecordedSocket failed = withSocket(loop -> connectSecurely(loop,
                    securedServer(trusted(), TLS_1_3, TlsChapter::tryToShakeHands), each));
            assertEquals("error close", failed.trace());
            assertFailed(ErrorKind.TLS_HANDSHAKE, failed);
        }
    }

    /** As with more names of authorities than there is room for in TLS 1.2: of that a client that is told nothing takes the end for its own. */
    @Rule({"TLS-006", "TLS-024"})
    void whoseServerFailsBeforeItsFirstWordIsToldSo() throws Exception {
        X509ExtendedTrustManager nameless = new Patient(latch(0)) {
            @Override
            public X509Certificate[] getAcceptedIssuers() {
                throw new IllegalStateException("too many to be named");
            }
        };
        SSLContext context = Certificates.context(Certificates.keys(certificates().ours), new TrustManager[] {nameless});
        List<NetworkException> errors = new ArrayList<>();
        BlockingQueue<String> heard = queue();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), TlsOptions.server(context).withClientAuth(ClientAuth.NEED),
                    errors, socket -> {
                        throw new AssertionError("accepted");
                    }));
            securedClient(port, trusted(), version(TLS_1_2), peer ->
                    heard.add(assertThrows(SSLException.class, peer::shakeHands).getMessage()));
            when(loop, () -> !errors.isEmpty() && !heard.isEmpty(), told -> loop.close());
        });
        assertEquals(ErrorKind.TLS_HANDSHAKE, errors.get(0).kind());
        assertTrue(heard.remove().contains("internal_error"), "something else is said");
    }

    /** By its end or a reset. Nothing is computed at all, so that nothing else can tell, and the handshake has time. */
    @Rule({"TLS-006", "TLS-008"})
    void whoLeavesWhileItWaitsForItsTurnIsNoticed() {
        assertEquals(ErrorKind.TLS_HANDSHAKE, leavesBeforeItsTurn(peer -> peer.end().drain()));
        assumeLinux();
        assertEquals(ErrorKind.CONNECTION_RESET, leavesBeforeItsTurn(Peer::reset));
    }

    private ErrorKind leavesBeforeItsTurn(PeerScript leaves) {
        CountDownLatch waiting = latch(1);
        List<NetworkException> errors = new ArrayList<>();
        TlsOptions options = TlsOptions.server((name, alpn) -> trusted())
                .withExecutor(work -> waiting.countDown()).withHandshakeTimeout(Duration.ofHours(1));
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), options, errors, socket -> {
                throw new AssertionError("accepted");
            }));
            peer(port, peer -> leaves.run(peer.send(clientHello()).await(waiting)));
            when(loop, () -> !errors.isEmpty(), told -> loop.close());
        });
        return errors.get(0).kind();
    }

    @Rule("TLS-006")
    void aClientNoticesAServerThatLeavesWhileItComputes() {
        RecordedSocket socket = withSocket(loop -> connectSecurely(loop, peerServer(peer -> peer.end().drain()),
                clientOptions().withExecutor(work -> {}).withHandshakeTimeout(Duration.ofHours(1))));
        assertEquals("error close", socket.trace());
        assertFailed(ErrorKind.TLS_HANDSHAKE, socket);
    }
}
