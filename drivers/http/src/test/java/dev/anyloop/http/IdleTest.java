package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a connection costs between its requests. */
class IdleTest {

    private static final int CONNECTIONS = 1_000;
    private static final long MOST_BYTES = 300; // beyond those of a socket
    private static final byte[] GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);

    @Test
    void anIdleConnectionNeedsLittleMoreHeapThanItsSocket() throws Exception {
        Function<EventLoop, SocketAddress> sockets = loop -> loop.listen("127.0.0.1", 0, (server, it) -> answer(it)).localAddress();
        heapOfEach(sockets); // while it runs, what other tests have left goes
        long socket = heapOfEach(sockets);
        long connection = heapOfEach(loop -> HttpServer.listen(loop, "127.0.0.1", 0, HttpOptions.defaults(),
                (request, response) -> response.send("!")).localAddress());
        assertTrue(connection - socket <= MOST_BYTES, connection + " bytes, and of a socket alone " + socket);
    }

    /** With the callbacks that every program sets. */
    private static void answer(Socket socket) {
        ByteBuffer answer = ByteBuffer.wrap("!".getBytes(ISO_8859_1));
        socket.onRead((s, data) -> s.write(answer.rewind()));
    }

    /** Of a server's connections that have had one answer; of their other ends too, which are alike. */
    private static long heapOfEach(Function<EventLoop, SocketAddress> listening) throws Exception {
        CompletableFuture<EventLoop> loop = new CompletableFuture<>();
        CompletableFuture<SocketAddress> address = new CompletableFuture<>();
        Thread thread = new Thread(() -> EventLoop.start(LoopOptions.defaults().withBackend("nio"), it -> {
            loop.complete(it);
            address.complete(listening.apply(it));
        }), "server");
        thread.start();
        InetSocketAddress port = (InetSocketAddress) address.get(30, TimeUnit.SECONDS);
        List<SocketChannel> clients = new ArrayList<>(CONNECTIONS + 1);
        try {
            clients.add(askOnce(port));
            long before = heap();
            while (clients.size() <= CONNECTIONS) {
                clients.add(askOnce(port));
            }
            return (heap() - before) / CONNECTIONS;
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
            loop.get().stop();
            thread.join();
        }
    }

    private static SocketChannel askOnce(SocketAddress address) throws Exception {
        SocketChannel client = SocketChannel.open(address);
        client.write(ByteBuffer.wrap(GET));
        assertTrue(client.read(ByteBuffer.allocate(512)) > 0);
        return client;
    }

    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
