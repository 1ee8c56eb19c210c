package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.World;
import dev.anyloop.tck.peer.Peers;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Which addresses core shows an engine, and in which form (CONN-020, CONN-021, LISTEN-013). */
class AddressesOnTheFakeTest extends OnTheFake {

    private final List<String> outcomes = new ArrayList<>();

    private void connect(EventLoop loop, InetAddress remote, ConnectOptions options) {
        loop.connect(new InetSocketAddress(remote, 80), options)
                .onError((s, error) -> outcomes.add(error.kind().name()))
                .onClose((s, error) -> loop.stop());
    }

    private void assertNothingWasShown() {
        assertThrows(IndexOutOfBoundsException.class, () -> connection(0));
        assertThrows(IndexOutOfBoundsException.class, () -> fake.transport().acceptor(0));
    }

    private static InetAddress zoned(String address, int zone) throws UnknownHostException {
        return Inet6Address.getByAddress("a.name", InetAddress.getByName(address).getAddress(), zone);
    }

    @Rule("CONN-020")
    void anEngineIsNotShownWhatLeadsNowhere() {
        for (String host : List.of("224.0.0.1", "255.255.255.255", "ff02::1", "fe80::1", "fe80::1%no-zone")) {
            outcomes.clear();
            run(loop -> loop.connect(host, 80).onError((s, error) -> outcomes.add(error.kind().name())));
            assertEquals(List.of("UNREACHABLE"), outcomes, host);
            assertNothingWasShown();
        }
    }

    @Rule("CONN-020")
    void anEngineWithoutIpv6IsShownNoIpv6Address() {
        for (String host : List.of("::1", "::", "2001:db8::7f00:1")) {
            outcomes.clear();
            run(loop -> {
                fake.transport().ipv6(false);
                connect(loop, InetAddress.getByName(host), ConnectOptions.defaults());
            });
            assertEquals(List.of("UNREACHABLE"), outcomes, host);
            assertNothingWasShown();
        }
    }

    @Rule("CONN-020")
    void anEngineWithoutIpv6IsShownNoLocalIpv6Address() {
        run(loop -> {
            fake.transport().ipv6(false);
            connect(loop, InetAddress.getByName("10.0.0.1"),
                    ConnectOptions.defaults().withLocalAddress(new InetSocketAddress("2001:db8::1", 0)));
        });
        assertEquals(List.of("ADDRESS_NOT_AVAILABLE"), outcomes);
        assertNothingWasShown();
    }

    @Rule("LISTEN-013")
    void anEngineWithoutIpv6IsNotAskedToListenOnIt() {
        for (String host : List.of("::1", "::", "ff02::1", "224.0.0.1", "fe80::1%no-zone")) {
            run(loop -> {
                fake.transport().ipv6(false);
                NetworkException error = assertThrows(NetworkException.class, () -> loop.listen(host, 80, (s, c) -> {}));
                assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE + " " + host, error.kind() + " " + error.host());
            });
            assertNothingWasShown();
        }
    }

    @Rule("CONN-021")
    void anEngineIsShownIpv4InThePlaceOfIpv4Mapped() {
        run(loop -> {
            fake.transport().ipv6(false);
            InetAddress mapped = Inet6Address.getByAddress(
                    null, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1}, -1);
            loop.listen(new InetSocketAddress(mapped, 81), ListenOptions.defaults(), (s, c) -> {});
            connect(loop, mapped, ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(mapped, 7)));
            loop.stop();
        });
        assertEquals("/10.0.0.1:80 from /10.0.0.1:7", shown());
        assertEquals("/10.0.0.1:81", fake.transport().acceptor(0).localAddress().toString());
    }

    private String shown() {
        return connection(0).remoteAddress() + " from " + connection(0).localAddress();
    }

    @Rule("CONN-021")
    void anEngineIsShownTheNumberOfAZoneWhereOneIsNeeded() throws UnknownHostException {
        Assumptions.assumeTrue(Peers.hasIpv6(World.real()), "no ::1 on this machine, whose interface would be the zone");
        InetAddress linkLocal = zoned("fe80::1", 1);
        InetAddress other = zoned("2001:db8::1", 1);
        run(loop -> {
            connect(loop, linkLocal, ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(other, 7)));
            loop.stop();
        });
        assertEquals("/[fe80:0:0:0:0:0:0:1%1]:80 from /[2001:db8:0:0:0:0:0:1]:7", shown());
    }

    @Rule({"CONN-005", "CONN-020"})
    void whatCannotBeAnAddressSaysWhy() {
        Map<String, String> why = Map.of(
                "fe80::1%", "[fe80::1%]:80: dns failure, no zone after the % (give an interface, for example fe80::1%eth0)",
                "::ffff:10.0.0.1%eth0", "[::ffff:10.0.0.1%eth0]:80: dns failure, an IPv4 address has no zone",
                "http://db", "http://db:80: dns failure, not an address, and no name has a colon"
                        + " (give the host alone, without scheme and port)");
        why.forEach((host, message) -> {
            outcomes.clear();
            run(loop -> loop.connect(host, 80).onError((s, error) -> outcomes.add(error.getMessage())));
            assertEquals(List.of("connect " + message), outcomes);
        });
    }

    @Rule("CONN-020")
    void aZoneThatIsNotThereIsRefusedByNumber() throws UnknownHostException {
        InetAddress remote = zoned("fe80::1", Integer.MAX_VALUE - 1);
        run(loop -> connect(loop, remote, ConnectOptions.defaults()));
        assertEquals(List.of("UNREACHABLE"), outcomes);
        assertNothingWasShown();
    }
}
