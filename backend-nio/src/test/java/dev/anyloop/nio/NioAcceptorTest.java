package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NioAcceptorTest extends NioTest {

    private static int port(Acceptor acceptor) {
        return ((InetSocketAddress) acceptor.localAddress()).getPort();
    }

    @Test
    void aPortIsUsableAgainWhileItsOldConnectionsLinger() throws IOException {
        Acceptance acceptance = new Acceptance();
        Acceptor acceptor = listen(acceptance);
        Socket peer = peerOf(acceptor);
        pollUntil(() -> !acceptance.accepted.isEmpty());
        acceptance.accepted.get(0).connection.close(); // before the peer, so that TIME_WAIT is on this side
        acceptor.close();
        pollUntil(() -> acceptance.closed);
        assertEquals(-1, peer.getInputStream().read());
        peer.close();
        transport.listen(acceptor.localAddress(), ListenOptions.defaults(), new Acceptance());
    }

    @Test
    void withoutMemoryForAConnectionThatConnectionPaysAndTheNextIsAccepted() throws IOException {
        List<IOException> failures = new ArrayList<>();
        Acceptance acceptance = new Acceptance() {
            @Override
            public ConnectionEvents accepted(Connection connection) {
                if (failures.isEmpty()) {
                    throw new OutOfMemoryError("none for a connection");
                }
                return super.accepted(connection);
            }

            @Override
            public void acceptFailed(IOException cause) {
                failures.add(cause);
            }
        };
        Acceptor acceptor = listen(acceptance);
        Socket first = peerOf(acceptor);
        pollUntil(() -> !failures.isEmpty());
        assertInstanceOf(OutOfMemoryError.class, failures.get(0).getCause());
        transport.poll(0); // a selector lets go of a closed channel in its next select
        assertEquals(-1, first.getInputStream().read(), "the client is told");
        peerOf(acceptor);
        pollUntil(() -> acceptance.accepted.size() == 1);
    }

    @Test
    void anIpv4WildcardIsNotReachableByIpv6() throws IOException {
        InetAddress ipv6 = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(ipv6) != null, "no ::1 here");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);
        Acceptor acceptor = transport.listen(any, ListenOptions.defaults(), new Acceptance());
        assertEquals(any.getAddress(), ((InetSocketAddress) acceptor.localAddress()).getAddress());
        new Socket("127.0.0.1", port(acceptor)).close();
        assertThrows(ConnectException.class, () -> new Socket(ipv6, port(acceptor)).close());
    }

    @Test
    void anIpv6WildcardIsReachableByBoth() throws IOException {
        InetAddress ipv6 = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(ipv6) != null, "no ::1 here");
        Acceptance acceptance = new Acceptance();
        Acceptor acceptor = transport.listen(
                new InetSocketAddress(InetAddress.getByName("::"), 0), ListenOptions.defaults(), acceptance);
        try (Socket first = new Socket("127.0.0.1", port(acceptor)); Socket second = new Socket(ipv6, port(acceptor))) {
            pollUntil(() -> acceptance.accepted.size() == 2);
            assertEquals(first.getLocalSocketAddress(), acceptance.accepted.get(0).connection.remoteAddress());
            assertEquals(second.getLocalSocketAddress(), acceptance.accepted.get(1).connection.remoteAddress());
        }
    }

    @Test
    void aReadinessThatProvesFalseAcceptsNobody() throws IOException {
        Acceptance acceptance = new Acceptance();
        NioAcceptor acceptor = (NioAcceptor) listen(acceptance);
        acceptor.ready(OP_ACCEPT);
        assertEquals(0, acceptance.accepted.size());
        peerOf(acceptor);
        pollUntil(() -> acceptance.accepted.size() == 1);
    }

    @Test
    void aStormOfPeersIsAcceptedInSeveralPolls() throws IOException {
        Acceptance acceptance = new Acceptance();
        Acceptor acceptor = listen(acceptance);
        for (int i = 0; i < 100; i++) {
            peerOf(acceptor);
        }
        transport.poll(0);
        assertTrue(acceptance.accepted.size() < 100);
        pollUntil(() -> acceptance.accepted.size() == 100);
    }

    @Test
    void nothingIsAcceptedOnceOneOfTheBatchHasClosedTheAcceptor() throws IOException {
        Acceptor[] acceptor = new Acceptor[1];
        Acceptance acceptance = twoPeersOf(acceptor, Acceptor::close);
        pollUntil(() -> acceptance.closed);
        assertEquals(1, acceptance.accepted.size());
    }

    @Test
    void nothingIsAcceptedOnceOneOfTheBatchHasPausedTheAcceptor() throws IOException {
        Acceptor[] acceptor = new Acceptor[1];
        Acceptance acceptance = twoPeersOf(acceptor, Acceptor::pauseAccepting);
        pollUntil(() -> !acceptance.accepted.isEmpty());
        assertEquals(1, acceptance.accepted.size());
        acceptor[0].resumeAccepting();
        pollUntil(() -> acceptance.accepted.size() == 2);
    }

    /** Wait to be accepted by an acceptor with which that is done as soon as one is. */
    private Acceptance twoPeersOf(Acceptor[] acceptor, Consumer<Acceptor> reaction) throws IOException {
        Acceptance acceptance = new Acceptance(() -> {
            reaction.accept(acceptor[0]);
            return new Recorder();
        });
        acceptor[0] = listen(acceptance);
        peerOf(acceptor[0]);
        peerOf(acceptor[0]);
        return acceptance;
    }

    @Test
    void aPeerThatResetsBeforeItIsAcceptedDoesNotStopTheOthers() throws IOException {
        Acceptance acceptance = new Acceptance();
        Acceptor acceptor = listen(acceptance);
        Socket gone = peerOf(acceptor);
        gone.setSoLinger(true, 0);
        gone.close();
        SocketAddress next = peerOf(acceptor).getLocalSocketAddress();
        pollUntil(() ->
                acceptance.accepted.stream().anyMatch(it -> it.connection.remoteAddress().equals(next)));
    }
}
