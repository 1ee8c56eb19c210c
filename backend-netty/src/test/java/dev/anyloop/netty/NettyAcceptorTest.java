package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import io.netty.channel.ChannelPromise;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.UncheckedBooleanSupplier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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

    /** Netty's own would be closed. */
    @Test
    void withoutMemoryWhileNettysNioAcceptsTheServerGoesOn() throws IOException {
        try (Driver driver = new Driver("nio")) {
            OutOfMemoryError none = new OutOfMemoryError("none while Netty accepts");
            starved = none;
            InetSocketAddress listening = listenStarving(driver.transport);
            try (Socket first = new Socket("127.0.0.1", listening.getPort())) {
                driver.pollUntil(() -> !failures.isEmpty());
                assertSame(none, failures.get(0).getCause());
                accepted.remove(first.getLocalSocketAddress()); // where it had been told when memory ran out
                try (Socket second = new Socket("127.0.0.1", listening.getPort())) {
                    driver.pollUntil(() -> !accepted.isEmpty());
                    assertEquals(List.of(second.getLocalSocketAddress()), accepted);
                }
            }
            assertEquals(1, failures.size());
        }
    }

    /** As a transport does it, but that once there is no memory in the middle of it. */
    private InetSocketAddress listenStarving(NettyTransport transport) throws IOException {
        InetSocketAddress local = Driver.local(0);
        ServerChannel channel = transport.engine().openServer(SocketProtocolFamily.INET);
        RecvByteBufAllocator nettys = channel.config().getRecvByteBufAllocator();
        channel.config().setRecvByteBufAllocator(() -> new Starving((ExtendedHandle) nettys.newHandle()));
        NettyAcceptor acceptor = new NettyAcceptor(transport, channel, local, SocketOptions.defaults(), events);
        transport.register(channel, acceptor);
        ChannelPromise binding = channel.newPromise();
        transport.engine().bind(channel, local, binding);
        Causes.check(binding);
        channel.unsafe().beginRead();
        return (InetSocketAddress) acceptor.localAddress();
    }

    /** Is asked by Netty when it has a descriptor. */
    private final class Starving extends DelegatingHandle implements ExtendedHandle {

        Starving(ExtendedHandle netty) {
            super(netty);
        }

        @Override
        public void incMessagesRead(int count) {
            OutOfMemoryError thrown = starved;
            starved = null;
            if (thrown != null) {
                throw thrown;
            }
            super.incMessagesRead(count);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMore);
        }
    }
}
