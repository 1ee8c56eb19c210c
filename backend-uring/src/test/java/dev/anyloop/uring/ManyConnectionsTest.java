package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -During.connections=9000}, if the limit of descriptors is above twice as many. */
class ManyConnectionsTest {

    private static final int MANY = Integer.getInteger("uring.connections", 400);
    private static final int ROUNDS = 5;

    private int accepted;
    private int answers;
    private int failed;

    @Test
    void allOfManyAreAnsweredAgainAndAgain() throws IOException {
        Loads.open(Features.probed()).close(); // what the JDK opens for itself
        int before = Loads.openDescriptors();
        try (EventLoop loop = Loads.open(Features.probed())) {
            Server server = loop.listen(new InetSocketAddress("127.0.0.1", 0), ListenOptions.defaults().withBacklog(128), (it, socket) -> {
                accepted++;
                socket.onRead((s, bytes) -> s.write(bytes)).onEnd(Socket::close);
            });
            List<Socket> clients = new ArrayList<>();
            connect(loop, server, clients);
            loop.run();
            assertEquals(MANY, accepted);
            assertEquals(ROUNDS * MANY, answers);
            assertEquals(0, failed);
        }
        assertTrue(Loads.openDescriptors() <= before, "descriptors are left open");
    }

    /** One after the other, so that no backlog is full; then all write at once, as often as all have been answered. */
    private void connect(EventLoop loop, Server server, List<Socket> clients) {
        Socket client = loop.connect(server.localAddress(), ConnectOptions.defaults());
        clients.add(client);
        client.onError((s, error) -> failed++).onConnect(s -> {
            if (clients.size() < MANY) {
                connect(loop, server, clients);
            } else {
                clients.forEach(each -> each.write("x"));
            }
        }).onRead((s, bytes) -> {
            answers++;
            if (answers == ROUNDS * MANY) {
                clients.forEach(Socket::close);
                server.close();
            } else if (answers % MANY == 0) {
                clients.forEach(each -> each.write("x"));
            }
        });
    }
}
