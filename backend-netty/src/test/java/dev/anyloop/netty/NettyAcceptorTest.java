package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NettyAcceptorTest {

    private final List<SocketAddress> accepted = new ArrayList<>();

    private final List<IOException> failures = new ArrayList<>();
    private @Nullable OutOfMemoryError starved; // by the next connection

    private final AcceptorEvents events = new AcceptorEvents() {
        @Override
        public ConnectionEvents accepted(Connection connection) {
            if (starved != null) {
                OutOfMemoryError thrown = starved;
                starved = null;
                throw thrown;
            }
            accepted.add(connection.remoteAddress());
            return new Recorder();
        }

        @Override
        public void acceptFailed(IOException cause) {
            failures.add(cause);
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
        assertEquals(List.of(), failures);
    }

    @EachTransport
    void withoutMemoryForAConnectionThatConnectionPaysAndTheNextIsAccepted(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            InetSocketAddress listening = (InetSocketAddress) driver.listen(Driver.local(0), events).localAddress();
            OutOfMemoryError none = new OutOfMemoryError("none for a connection");
            starved = none;
            try (Socket first = new Socket("127.0.0.1", listening.getPort());
                    Socket second = new Socket("127.0.0.1", listening.getPort())) {
                driver.pollUntil(() -> !accepted.isEmpty());
                driver.transport.poll(0); // a selector lets go of a closed channel in its next select
                assertEquals(-1, first.getInputStream().read(), "the client is told");
                assertEquals(List.of(second.getLocalSocketAddress()), accepted);
            }
            assertEquals(1, failures.size());
            assertSame(none, failures.get(0).getCause());
        }
    }
}
