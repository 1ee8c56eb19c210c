package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.SocketCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/** Chapter CONN of the specification, in a network whose loopback has a link-local address: see {@link Elsewhere}. */
public abstract class LinkLocalRules extends ZoneChapter {

    /** It leads to no other machine. */
    private static final String LOOPBACK = "lo";
    private static final String LINK = "near0";

    @Rule("CONN-021")
    void aLinkLocalAddressKeepsItsZone() throws SocketException {
        NetworkInterface loopback = NetworkInterface.getByName(LOOPBACK);
        String host = linkLocalAddress(loopback);
        int zone = loopback.getIndex();
        assertZones(host + "%" + LOOPBACK, host + "%" + zone, zone);
        assertZones("[" + host + "%" + zone + "]", host + "%" + LOOPBACK, zone);
        assertZones("::", host + "%" + zone, zone);
    }

    /** From the same address and port, to the same server: only the zones differ. */
    @Rule({"CONN-021", "CONN-012", "CONN-015"})
    void aLinkLocalAddressOfTwoLinksIsTwo() throws SocketException {
        NetworkInterface link = NetworkInterface.getByName(LINK);
        if (link == null) {
            throw new TestAbortedException("it needs a link beside loopback");
        }
        String host = linkLocalAddress(NetworkInterface.getByName(LOOPBACK));
        List<String> accepted = new ArrayList<>();
        List<String> connected = new ArrayList<>();
        withLoop(loop -> {
            Server server = loop.listen("::", 0, (s, socket) -> accepted.add(ends(socket.remoteAddress(), socket.localAddress())));
            connect(loop, host + "%" + LOOPBACK, 0, port(server), first -> {
                connected.add(ends(first.localAddress(), first.remoteAddress()));
                int same = ((InetSocketAddress) first.localAddress()).getPort();
                connect(loop, host + "%" + LINK, same, port(server), second -> {
                    connected.add(ends(second.localAddress(), second.remoteAddress()));
                    when(loop, () -> accepted.size() == 2, l -> {
                        server.close();
                        first.close();
                        second.close();
                    });
                });
            });
        });
        assertEquals(connected, accepted);
        assertEquals(2, Set.copyOf(connected).size(), connected::toString);
    }

    private static void connect(EventLoop loop, String host, int localPort, int port, SocketCallback onConnect) {
        ConnectOptions from = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(host, localPort));
        loop.connect(host, port, from).onConnect(onConnect);
    }

    private static String ends(SocketAddress client, SocketAddress server) {
        return zone(client) + ":" + ((InetSocketAddress) client).getPort() + " to " + zone(server);
    }

    @Rule("CONN-020")
    void aLinkLocalAddressNeedsItsZone() throws SocketException {
        String host = linkLocalAddress(NetworkInterface.getByName(LOOPBACK));
        RecordedSocket socket = withSocket(loop -> record(loop.connect(host, 9)));
        assertEquals("error close", socket.trace());
        assertEquals(ErrorKind.UNREACHABLE, socket.expectedError().kind());
    }

    private static String linkLocalAddress(NetworkInterface loopback) {
        return loopback.inetAddresses()
                .filter(InetAddress::isLinkLocalAddress)
                .map(address -> address.getHostAddress().replaceAll("%.*", ""))
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("loopback has no link-local address here"));
    }
}
