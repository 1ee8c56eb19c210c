package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NettyAcceptorTest {

    private final List<SocketAddress> accepted = new ArrayList<>();

    private final AcceptorEvents events = new AcceptorEvents() {
        @Override
        public ConnectionEvents accepted(Connection connection) {
            accepted.add(connection.remoteAddress());
            return new Recorder();
        }

        @Override
        public void acceptFailed(IOException cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void closed() {}
    };

    /** Netty's io_uring cannot listen to IPv4 only. */
    @EachTransport
    void anIpv6PeerOfAnIpv4WildcardIsNotAccepted(String transport) throws IOException {
        InetAddress ipv6 = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(ipv6) != null, "no ::1 here");
        try (Driver driver = new Driver(transport)) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);
            Acceptor acceptor = driver.listen(any, events);
            InetSocketAddress listening = (InetSocketAddress) acceptor.localAddress();
            assertEquals(any.getAddress(), listening.getAddress());
            try {
                new Socket(ipv6, listening.getPort()).close();
            } catch (IOException e) {
                // Where the system keeps it out.
            }
            try (Socket welcome = new Socket("127.0.0.1", listening.getPort())) {
                driver.pollUntil(() -> !accepted.isEmpty());
                assertEquals(List.of(welcome.getLocalSocketAddress()), accepted);
            }
        }
    }
}
