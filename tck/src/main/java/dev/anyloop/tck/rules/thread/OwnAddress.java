package dev.anyloop.tck.rules.thread;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a loop does at an address that no other loop has, for a while: connections from there to there, with bytes of which each is the
 * same, and datagrams. Whatever else it sees is another's.
 */
final class OwnAddress {

    private static final int ROUNDS = 60;

    /** More than the system takes at once with these options. */
    private static final int BYTES = 100_000;

    private static final SocketOptions OPTIONS = SocketOptions.defaults().withBufferSizes(0, 16 * 1024);

    // set once
    private final String host;
    private final byte mark;
    private final Set<Capability> capabilities;
    private final List<String> wrong;
    private final Runnable done;
    private Server server;
    // loop thread
    private int rounds;
    private int left;

    /**
     * Of a host.
     *
     * @param mark what it sends, byte by byte
     * @param wrong gets what it should not have seen; of any thread
     * @param done is run when all is done, on the loop's thread
     */
    OwnAddress(String host, byte mark, Set<Capability> capabilities, List<String> wrong, Runnable done) {
        this.host = host;
        this.mark = mark;
        this.capabilities = capabilities;
        this.wrong = wrong;
        this.done = done;
    }

    /** In the loop, which is empty when it is done. */
    void begin(EventLoop loop) {
        server = loop.listen(host, 0, ListenOptions.defaults().withSocket(OPTIONS), (s, accepted) -> {
            check(accepted);
            accepted.onRead(Socket::write);
        });
        next(loop);
    }

    private void next(EventLoop loop) {
        if (rounds++ == ROUNDS) {
            server.close();
            done.run();
            return;
        }
        left = BYTES;
        ConnectOptions options = ConnectOptions.defaults().withSocket(OPTIONS).withLocalAddress(new InetSocketAddress(host, 0));
        loop.connect(host, ((InetSocketAddress) server.localAddress()).getPort(), options)
                .onConnect(socket -> {
                    check(socket);
                    byte[] content = new byte[BYTES];
                    Arrays.fill(content, mark);
                    socket.write(content);
                })
                .onRead((socket, data) -> {
                    left -= data.remaining();
                    check(data);
                    if (left == 0) {
                        socket.close();
                        datagram(loop);
                    }
                })
                .onError((socket, error) -> wrong.add(error.toString()));
    }

    private void datagram(EventLoop loop) {
        if (!capabilities.contains(Capability.DATAGRAMS)) {
            next(loop);
            return;
        }
        DatagramSocket socket = loop.datagram(host, 0);
        socket.onReceive((s, sender, data) -> {
            check(sender);
            check(data);
            s.close();
            next(loop);
        }).send(new byte[] {mark}, socket.localAddress());
    }

    private void check(Socket socket) {
        check(socket.localAddress());
        check(socket.remoteAddress());
    }

    private void check(SocketAddress address) {
        if (!((InetSocketAddress) address).getAddress().getHostAddress().equals(host)) {
            wrong.add(address + " at " + host);
        }
    }

    private void check(ByteBuffer data) {
        while (data.hasRemaining()) {
            byte one = data.get();
            if (one != mark) {
                wrong.add(one + " at " + host);
                return;
            }
        }
    }
}
