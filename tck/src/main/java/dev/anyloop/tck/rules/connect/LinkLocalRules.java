package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ErrorKind;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.opentest4j.TestAbortedException;

/** Chapter CONN of the specification, in a network whose loopback has a link-local address: see {@link Elsewhere}. */
public abstract class LinkLocalRules extends ZoneChapter {

    /** It leads to no other machine. */
    private static final String LOOPBACK = "lo";

    @Rule("CONN-021")
    void aLinkLocalAddressKeepsItsZone() throws SocketException {
        NetworkInterface loopback = NetworkInterface.getByName(LOOPBACK);
        String host = linkLocalAddress(loopback);
        int zone = loopback.getIndex();
        assertZones(host + "%" + LOOPBACK, host + "%" + zone, zone);
        assertZones("[" + host + "%" + zone + "]", host + "%" + LOOPBACK, zone);
        assertZones("::", host + "%" + zone, zone);
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
