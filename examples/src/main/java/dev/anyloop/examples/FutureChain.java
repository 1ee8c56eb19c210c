package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.adapters.Futures;
import dev.anyloop.adapters.LoopFuture;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** A conversation as a chain of futures: connect, ask, hear the answer, close. All of it runs on the loop's thread. */
public final class FutureChain {

    private FutureChain() {}

    /**
     * Runs until the conversation is over.
     *
     * @param args none
     */
    public static void main(String[] args) {
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", 0, (same, socket) -> socket.onRead(Socket::write));
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            Futures.connect(loop, "127.0.0.1", port, ConnectOptions.defaults())
                    .orTimeout(10, TimeUnit.SECONDS) // gives up the connection too
                    .thenCompose(socket -> ask(socket, "hello"))
                    .whenComplete((answer, error) -> {
                        System.out.println(error == null ? "answer: " + answer : "failed: " + error.getMessage());
                        server.close();
                    });
        });
    }

    private static LoopFuture<String> ask(Socket socket, String question) {
        LoopFuture<String> answer = new LoopFuture<>(socket.loop(), socket::abort);
        socket.onRead((same, data) -> {
            String text = UTF_8.decode(data).toString();
            Futures.close(socket).whenComplete((none, error) -> answer.settle(text, error));
        });
        Futures.write(socket, ByteBuffer.wrap(question.getBytes(UTF_8)))
                .thenRun(() -> System.out.println("asked: " + question));
        return answer;
    }
}
