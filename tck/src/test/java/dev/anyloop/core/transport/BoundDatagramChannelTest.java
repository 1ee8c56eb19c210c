package dev.anyloop.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundDatagramChannelTest {

    @Test
    void theOptionsAreSetAndTakenOverByWhoSendsWhatIsWithoutBytes() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        NetworkInterface on = NetworkInterface.getByInetAddress(loopback);
        DatagramOptions options = DatagramOptions.defaults()
                .withBroadcast(true).withMulticastInterface(on).withMulticastTtl(7).withMulticastLoopback(false);
        try (DatagramChannel channel = BoundDatagramChannel.bind(new InetSocketAddress(loopback, 0), options).channel()) {
            try (DatagramChannel other = BoundDatagramChannel.openLike(channel)) {
                for (DatagramChannel each : List.of(channel, other)) {
                    assertTrue(each.getOption(StandardSocketOptions.SO_BROADCAST));
                    assertEquals(on, each.getOption(StandardSocketOptions.IP_MULTICAST_IF));
                    assertEquals(7, each.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
                    assertFalse(each.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
                    assertFalse(each.isBlocking());
                }
            }
        }
    }
}
