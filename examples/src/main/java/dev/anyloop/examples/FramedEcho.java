package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.adapters.FrameCallback;
import dev.anyloop.adapters.FrameReader;
import dev.anyloop.adapters.framing.LengthPrefix;
import java.net.InetSocketAddress;
import java.util.List;

/** A server and a client that speak in messages, each with its length in four bytes in front, however TCP cuts them. */
public final class FramedEcho {

    private static final LengthPrefix FORM = LengthPrefix.bigEndian(4, 1 << 20);
    private static final List<String> MESSAGES = List.of("hello", "", "x".repeat(300_000), "goodbye");

    private FramedEcho() {}

    /**
     * Runs until all messages are back.
     *
     * @param args none
     */
    public static void main(String[] args) {
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", 0, (same, socket) -> answer(socket));
            Socket client = loop.connect("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort());
            int[] left = {MESSAGES.size()};
            read(client, (reader, message) -> {
                System.out.println("back: " + message.length + " bytes");
                if (--left[0] == 0) {
                    client.close();
                    server.close();
                }
            });
            MESSAGES.forEach(message -> send(client, message.getBytes(UTF_8)));
        });
        System.out.println("All messages are back.");
    }

    private static void answer(Socket socket) {
        FrameReader<byte[]> reader = read(socket, (same, message) -> {
            if (!send(socket, message)) {
                same.pause(); // who reads slowly slows only itself
            }
        });
        socket.onDrain(s -> reader.resume());
    }

    private static FrameReader<byte[]> read(Socket socket, FrameCallback<byte[]> messages) {
        return FrameReader.start(socket, FORM.decoder(), messages, (s, error) -> {
            System.err.println(error.getMessage());
            s.abort();
        });
    }

    private static boolean send(Socket socket, byte[] message) {
        socket.write(FORM.of(message.length));
        return socket.write(message);
    }
}
