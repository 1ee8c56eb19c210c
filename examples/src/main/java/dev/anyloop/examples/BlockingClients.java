package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.adapters.BlockingSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Clients that wait for their answers, each on a thread of its own, of a server whose callbacks are on the loop's. */
public final class BlockingClients {

    private static final int CLIENTS = 3;

    private BlockingClients() {}

    /**
     * Runs until all are answered.
     *
     * @param args none
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        CompletableFuture<SocketAddress> address = new CompletableFuture<>();
        try (EventLoops loops = EventLoops.start(1, loop -> {
            Server server = loop.listen("127.0.0.1", 0, (same, socket) -> socket.onRead(Socket::write));
            address.complete(server.localAddress());
        })) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 1; i <= CLIENTS; i++) {
                String name = "client " + i;
                threads.add(new Thread(() -> converse(loops.loops().get(0), address.join(), name))); // or a virtual one, from JDK 21 on
            }
            for (Thread thread : threads) {
                thread.start();
                thread.join();
            }
        }
    }

    private static void converse(EventLoop loop, SocketAddress address, String name) {
        try (BlockingSocket socket = BlockingSocket.connect(loop, address, ConnectOptions.defaults())) {
            socket.readTimeout(Duration.ofSeconds(10));
            socket.outputStream().write((name + "\n").getBytes(UTF_8));
            System.out.println("answer: " + new BufferedReader(new InputStreamReader(socket.inputStream(), UTF_8)).readLine());
        } catch (IOException e) {
            System.out.println(name + ": " + e.getMessage());
        }
    }
}
