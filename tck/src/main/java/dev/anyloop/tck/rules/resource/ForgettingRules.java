package dev.anyloop.tck.rules.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.tls.Certificates;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Chapter RES of the specification: what a loop that runs on lets go of. */
public abstract class ForgettingRules extends Chapter {

    private static final Duration SOON = Duration.ofMillis(10);

    private final Map<String, WeakReference<Object>> kept = new LinkedHashMap<>();
    private int toClose;

    /** Watches a socket, and what each of its callbacks holds; the test goes on when all such have closed. */
    private void watch(String name, Socket socket) {
        Object held = watchedObject(name + " (its callbacks)");
        kept.put(name, new WeakReference<>(socket));
        toClose++;
        socket.onConnect(s -> Reference.reachabilityFence(held))
                .onRead((s, data) -> Reference.reachabilityFence(held))
                .onEnd(s -> Reference.reachabilityFence(held))
                .onDrain(s -> Reference.reachabilityFence(held))
                .onError((s, error) -> Reference.reachabilityFence(held))
                .onClose((s, error) -> {
                    Reference.reachabilityFence(held);
                    toClose--;
                });
    }

    private Object watchedObject(String name) {
        Object held = new Object();
        kept.put(name, new WeakReference<>(held));
        return held;
    }

    private void watchWrite(String name, Socket socket, int bytes) {
        Object held = watchedObject(name + " (a completion)");
        socket.write(ByteBuffer.allocate(bytes), (s, error) -> Reference.reachabilityFence(held));
    }

    /** The loop runs on meanwhile, and waits. */
    private void awaitForgotten(EventLoop loop) {
        when(loop, () -> toClose == 0, closed -> {
            Hold hold = loop.hold();
            helper(() -> {
                until(this::isAllForgotten, () -> "reachable: " + left());
                hold.release();
            });
        });
    }

    private boolean isAllForgotten() {
        System.gc();
        return left().isEmpty();
    }

    private String left() {
        StringBuilder left = new StringBuilder();
        kept.forEach((name, reference) -> {
            if (reference.get() != null) {
                left.append(name).append("; ");
            }
        });
        return left.toString();
    }

    @Rule("RES-006")
    void aConnectionThatHasClosedIsForgotten() {
        Map<String, PeerScript> peers = Map.of(
                "ended by the peer", peer -> peer.send("x").end().drain(),
                "reset by the peer", peer -> peer.send("x").reset());
        Map<String, SocketCallback> ends = Map.of("closed", Socket::close, "aborted", Socket::abort);
        withLoop(loop -> {
            ends.forEach((name, end) -> connectTo(loop, name, peerServer(Peer::drain), socket -> {
                socket.readTimeout(Duration.ofHours(1)).writeTimeout(Duration.ofHours(1));
                watchWrite(name, socket, 5);
                end.run(socket);
            }));
            ends.forEach((name, end) -> {
                String what = name + " with much pending";
                connectTo(loop, what, smallPeerServer(Peer::drain), socket -> {
                    watchWrite(what, socket, big());
                    end.run(socket);
                });
            });
            peers.forEach((name, script) -> connectTo(loop, name, peerServer(script), socket -> {}));
            awaitForgotten(loop);
        });
        assertEquals("", left());
    }

    private void connectTo(EventLoop loop, String name, int port, SocketCallback then) {
        Socket socket = loop.connect(LOCALHOST, port);
        watch(name, socket);
        socket.onConnect(then);
    }

    @Rule("RES-006")
    void aServerThatHasClosedIsForgottenWithWhatItHasAccepted() {
        withLoop(loop -> {
            Object held = watchedObject("the accept callback");
            Server server = loop.listen(LOCALHOST, 0, (listening, socket) -> {
                Reference.reachabilityFence(held);
                watch("accepted", socket);
                watchWrite("accepted", socket, 5);
                socket.close();
                listening.close();
            });
            kept.put("the server", new WeakReference<>(server));
            Object last = watchedObject("the close callback");
            toClose++;
            server.onError((s, error) -> Reference.reachabilityFence(last)).onClose(s -> {
                Reference.reachabilityFence(last);
                toClose--;
            });
            peer(port(server), Peer::drain);
            awaitForgotten(loop);
        });
        assertEquals("", left());
    }

    @Rule("RES-006")
    void aConnectThatCameToNothingIsForgotten() {
        ConnectOptions hasty = ConnectOptions.defaults().withConnectTimeout(SOON);
        int silent = silentPort();
        int refusing = refusingPort();
        withLoop(loop -> {
            watch("refused", loop.connect(LOCALHOST, refusing));
            watch("timed out", loop.connect(LOCALHOST, silent, hasty));
            Socket aborted = loop.connect(LOCALHOST, silent);
            watch("aborted", aborted);
            watchWrite("aborted", aborted, 5);
            loop.timer(SOON, timer -> aborted.abort());
            watch("refused at once", loop.connect(LOCALHOST, silent, // last, so that nothing takes its descriptor
                    ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(LOCALHOST, refusing))));
            awaitForgotten(loop);
        });
        assertEquals("", left());
    }

    /** Of tasks and timers whoever has run, or never will, is no reason to keep what it would have used. */
    @Rule("RES-006")
    void whatTasksAndTimersHaveUsedIsForgotten() {
        withLoop(loop -> {
            connectTo(loop, "used", peerServer(Peer::drain), socket -> {
                loop.timer(Duration.ofHours(1), timer -> socket.write("x")).cancel();
                loop.timer(SOON, timer -> loop.execute(socket::abort));
            });
            awaitForgotten(loop);
        });
        assertEquals("", left());
    }

    /** Both sides have a day left for it. */
    @Rule({"RES-006", "TLS-004"})
    void whoShookHandsWhenItClosedIsForgotten() {
        TlsOptions client = TlsOptions.client().withHandshakeTimeout(Duration.ofDays(1));
        TlsOptions secured = TlsOptions.server(Certificates.context(Certificates.made().ours)).withHandshakeTimeout(Duration.ofDays(1));
        CountDownLatch heard = latch(1);
        int silent = peerServer(peer -> {
            peer.read(1);
            heard.countDown();
            peer.drain();
        });
        withLoop(loop -> {
            Object held = watchedObject("the accept callback");
            Server server = loop.listen(LOCALHOST, 0, ListenOptions.defaults().withTls(secured),
                    (listening, socket) -> Reference.reachabilityFence(held));
            kept.put("the server", new WeakReference<>(server));
            toClose++;
            server.onClose(s -> toClose--);
            peer(port(server), Peer::drain);
            when(loop, () -> loop.stats().connectingSockets() == 1, accepted -> {
                server.close();
                Socket socket = loop.connect(LOCALHOST, silent, ConnectOptions.defaults().withTls(client));
                watch("a client", socket);
                when(loop, () -> heard.getCount() == 0, shaking -> socket.abort());
            });
            awaitForgotten(loop);
        });
        assertEquals("", left());
    }

    /** The resolver heeds no interrupt, and so keeps its thread to the end of the test. */
    @Rule({"RES-006", "CONN-006"})
    void aLookUpThatNobodyWaitsForIsForgottenThoughItIsStuck() {
        ConnectOptions hasty = ConnectOptions.defaults().withConnectTimeout(SOON);
        CountDownLatch end = latch(1);
        LoopOptions options = LoopOptions.defaults().withResolver(host -> stuckUntil(end));
        try {
            withLoop(options, loop -> {
                watch("timed out", loop.connect("slow.test", 80, hasty));
                Socket aborted = loop.connect("slow.test", 80);
                watch("aborted", aborted);
                loop.timer(SOON, timer -> aborted.abort());
                Socket closed = loop.connect("slow.test", 80);
                watch("closed", closed);
                closed.close();
                awaitForgotten(loop);
            });
        } finally {
            end.countDown();
        }
        assertEquals("", left());
    }

    /** Nor is the class loader that its owner's thread had. */
    @Rule({"RES-009", "CONN-006"})
    @NeedsSystem("the threads that ask a resolver")
    void aLoopThatIsClosedIsForgottenThoughALookUpIsStuck() {
        CountDownLatch asked = latch(1);
        CountDownLatch end = latch(1);
        try {
            closeWhileAsking(asked, LoopOptions.defaults().withResolver(host -> {
                asked.countDown();
                return stuckUntil(end);
            }));
            until(this::isAllForgotten, () -> "reachable: " + left());
        } finally {
            end.countDown();
        }
    }

    private void closeWhileAsking(CountDownLatch asked, LoopOptions options) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = new ClassLoader(before) { };
        kept.put("the class loader", new WeakReference<>(loader));
        Object held = watchedObject("what a callback of the loop holds");
        try (EventLoop loop = provider().open(options)) {
            Thread.currentThread().setContextClassLoader(loader);
            loop.onUncaught((same, thrown) -> Reference.reachabilityFence(held));
            loop.connect("stuck.test", 80);
            until(() -> asked.getCount() == 0, () -> "nobody is asked");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Not for ever: somebody may call it where it keeps the test itself from its end. */
    private List<InetAddress> stuckUntil(CountDownLatch end) {
        long start = nanoTime();
        while (end.getCount() > 0 && nanoTime() - start < limits().mustHappen().toNanos()) {
            Thread.interrupted();
            block(SOON);
        }
        return List.of();
    }

    @Rule({"RES-006", "DGRAM-011"})
    @Needs(Capability.DATAGRAMS)
    void aDatagramSocketThatHasClosedIsForgotten() {
        withLoop(loop -> {
            Object held = watchedObject("its callbacks");
            DatagramSocket socket = loop.datagram(LOCALHOST, 0);
            kept.put("the datagram socket", new WeakReference<>(socket));
            toClose++;
            socket.onError((s, error) -> Reference.reachabilityFence(held)).onClose(s -> {
                Reference.reachabilityFence(held);
                toClose--;
            }).onReceive((s, sender, data) -> {
                Reference.reachabilityFence(held);
                s.close();
            });
            socket.send(new byte[0], socket.localAddress());
            awaitForgotten(loop);
        });
        assertEquals("", left());
    }
}
