package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LibeventAcceptorTest {

    /** Has no memory for any connection. */
    private static final class Full implements AcceptorEvents {

        private final List<IOException> failures = new ArrayList<>();

        @Override
        public ConnectionEvents accepted(Connection connection) {
            throw new OutOfMemoryError("none for a connection");
        }

        @Override
        public void acceptFailed(IOException cause) {
            failures.add(cause);
        }

        @Override
        public void closed() {}
    }

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @Test
    void withoutMemoryForAConnectionThatConnectionPaysAndItsDescriptorIsClosed() throws Exception {
        LibeventTransport transport = LibeventTransport.open(null);
        Full full = new Full();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Acceptor acceptor = transport.listen(any, ListenOptions.defaults(), full);
        InetSocketAddress server = (InetSocketAddress) acceptor.localAddress();
        for (int clients = 1; clients <= 3; clients++) {
            try (Socket client = new Socket(server.getAddress(), server.getPort())) {
                Map<String, Integer> before = Descriptors.ofThisProcess();
                while (full.failures.size() < clients) {
                    transport.poll(-1);
                }
                assertEquals(before, Descriptors.ofThisProcess());
                assertEquals(-1, client.getInputStream().read(), "the client is told");
            }
            assertInstanceOf(OutOfMemoryError.class, full.failures.get(clients - 1).getCause());
        }
        acceptor.close();
        transport.close();
    }
}
