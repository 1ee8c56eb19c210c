package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the demonstration does on one backend: the echo server and some timers on a loop that has a thread of its own, and
 * on this thread a client that knows nothing of loops. Loop, timers and client each take their own notes, so that it does
 * not matter who is faster.
 */
final class Conversation {

    private static final int PATIENCE_SECONDS = 10;

    // set once
    private final String backend;
    private final CompletableFuture<Server> listening = new CompletableFuture<>();
    private final CompletableFuture<LoopStats> ended = new CompletableFuture<>();
    private final CountDownLatch threeTicks = new CountDownLatch(3);
    // loop thread; the client's once the loop has ended
    private final List<String> timerNotes = new ArrayList<>();
    // the client's thread
    private final List<String> loopNotes = new ArrayList<>();
    private final List<String> clientNotes = new ArrayList<>();

    Conversation(String backend) {
        this.backend = backend;
    }

    /** Returns what happened, or throws what went wrong. */
    Transcript hold() throws Exception {
        Thread loopThread = new Thread(this::serve, "loop-" + backend);
        loopThread.setDaemon(true);
        loopThread.start();
        Server server = listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        loopNotes.add("loop    the echo server of " + backend + " listens on 127.0.0.1:" + address.getPort());
        talk(address);
        LoopStats stats = awaitEnd(server.loop());
        loopNotes.add("loop    has ended: " + stats.bytesIn() + " bytes in, " + stats.bytesOut() + " out, "
                + stats.openSockets() + " sockets and " + stats.servers() + " servers left");
        List<String> notes = new ArrayList<>(loopNotes);
        notes.addAll(timerNotes);
        notes.addAll(clientNotes);
        return new Transcript(backend, address.getPort(), notes);
    }

    private LoopStats awaitEnd(EventLoop loop) throws Exception {
        try {
            return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("QUIT has not ended the loop\n" + loop.describe(), e);
        }
    }

    // ---- on the loop's thread ----

    /** A loop belongs to the thread that opens it, so this thread does. */
    private void serve() {
        try (EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend(backend))) {
            loop.run(l -> {
                startTimers(l);
                listening.complete(l.listen("127.0.0.1", 0, (server, socket) -> EchoServer.echo(socket)));
            });
            ended.complete(loop.stats());
        } catch (Throwable failure) {
            listening.completeExceptionally(failure);
            ended.completeExceptionally(failure);
        }
    }

    private void startTimers(EventLoop loop) {
        for (String which : List.of("first", "second", "third")) {
            loop.timer(Duration.ofMillis(10), timer -> timerNotes.add("timer   " + which + " of three equal ones"));
        }
        loop.timer(Duration.ofMillis(10), timer -> timerNotes.add("timer   cancelled, and yet it fires")).cancel();
        loop.interval(Duration.ofMillis(20), timer -> threeTicks.countDown());
    }

    // ---- on the client's thread ----

    private void talk(InetSocketAddress address) throws IOException, InterruptedException {
        note("connects to 127.0.0.1:" + address.getPort());
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.setSoTimeout(PATIENCE_SECONDS * 1000);
            client.setTcpNoDelay(true);
            exchangeAtOnce(client, "hello");
            exchangeByteByByte(client, "Grüße, 世界");
            exchangeBlocks(client, 64);
            expect(threeTicks.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "no three ticks of the interval");
            note("has waited for three ticks of the interval");
            exchangeAtOnce(client, "QUIT");
            expect(client.getInputStream().read() < 0, "more than was sent");
            note("receives the end");
        }
    }

    private void exchangeAtOnce(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        note("sends \"" + text + "\", receives " + receive(client, text));
    }

    /** The server sees parts of characters, and must not care. */
    private void exchangeByteByByte(Socket client, String text) throws IOException {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            client.getOutputStream().write(b);
        }
        note("sends \"" + text + "\" byte by byte, receives " + receive(client, text));
    }

    private static String receive(Socket client, String expected) throws IOException {
        int length = expected.getBytes(StandardCharsets.UTF_8).length;
        String received = new String(client.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        expect(received.equals(expected), "\"" + received + "\" for \"" + expected + "\"");
        return '"' + received + '"';
    }

    private void exchangeBlocks(Socket client, int blocks) throws IOException {
        Random random = new Random();
        byte[] block = new byte[16 * 1024];
        for (int i = 0; i < blocks; i++) {
            random.nextBytes(block);
            client.getOutputStream().write(block);
            expect(Arrays.equals(block, client.getInputStream().readNBytes(block.length)), "other bytes than were sent");
        }
        note("sends " + blocks + " blocks of " + block.length + " random bytes, receives the same");
    }

    private void note(String line) {
        clientNotes.add("client  " + line);
    }

    private static void expect(boolean asItShould, String otherwise) {
        if (!asItShould) {
            throw new IllegalStateException("the client received " + otherwise);
        }
    }
}
