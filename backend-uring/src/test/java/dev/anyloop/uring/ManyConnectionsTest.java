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
        answerAll(2); // what the JDK opens for itself it has then
        int before = Loads.openDescriptors();
        answerAll(MANY);
        assertTrue(Loads.openDescriptors() <= before, "descriptors are left open");
    }

    private void answerAll(int many) throws IOException {
        accepted = 0;
        answers = 0;
        try (EventLoop loop = Loads.open(Features.probed())) {
            ListenOptions options = ListenOptions.defaults();
            Server server = loop.listen(new InetSocketAddress("127.0.0.1", 0), options, (it, socket) -> {
                accepted++;
                socket.onRead((s, bytes) -> s.write(bytes)).onEnd(Socket::close);
            });
            connect(loop, server, new ArrayList<>(), many);
            loop.run();
        }
        assertEquals(many, accepted);
        assertEquals(ROUNDS * many, answers);
        assertEquals(0, failed);
    }

    /** One after the other, so that no backlog is full; then all write at once, as often as all have been answered. */
    private void connect(EventLoop loop, Server server, List<Socket> clients, int many) {
        Socket client = loop.connect(server.localAddress(), ConnectOptions.defaults());
        clients.add(client);
        client.onError((s, error) -> failed++).onConnect(s -> {
            if (clients.size() < many) {
                connect(loop, server, clients, many);
            } else {
                clients.forEach(each -> each.write("x"));
            }
        }).onRead((s, bytes) -> {
            answers++;
            if (answers == ROUNDS * many) {
                clients.forEach(Socket::close);
                server.close();
            } else if (answers % many == 0) {
                clients.forEach(each -> each.write("x"));
            }
        });
    }
}
