package dev.anyloop.benchmarks.servers;

import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A server on several loops: {@code ManyLoopsMain <backend> <loops> <bytes>}. For each PING it computes the SHA-256 of so many
 * bytes, as a program does that has something to do. Its first line says on which port it listens.
 */
public final class ManyLoopsMain {

    private static final ListenOptions SHARED = ListenOptions.defaults().withReusePort(true);

    private ManyLoopsMain() {}

    public static void main(String[] args) throws InterruptedException {
        int[] port = new int[1];
        int work = Integer.parseInt(args[2]);
        LoopOptions options = LoopOptions.defaults().withBackend(args[0]);
        try (EventLoops loops = EventLoops.start(Integer.parseInt(args[1]), options, loop -> port[0] = serve(loop, port[0], work))) {
            System.out.println("port " + port[0]);
            loops.await();
        }
    }

    private static int serve(EventLoop loop, int port, int work) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer replies = ByteBuffer.allocate(Ping.MOST_REPLY_BYTES);
        byte[] worked = new byte[work];
        var server = loop.listen("127.0.0.1", port, SHARED, (listener, socket) -> answer(socket, digest, worked, replies));
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private static void answer(Socket socket, MessageDigest digest, byte[] work, ByteBuffer replies) {
        Ping ping = new Ping();
        socket.onError((s, error) -> { });
        socket.onRead((s, data) -> {
            int count = ping.requests(data.remaining());
            for (int i = 0; i < count && work.length > 0; i++) {
                digest.digest(work);
            }
            s.write(Ping.replies(replies, count));
        });
    }
}
