package dev.anyloop.tck.rules.connect;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/** Chapter CONN of the specification: the zones of IPv6 addresses. */
public abstract class ZoneRules extends ZoneChapter {

    @Rule("CONN-021")
    void onlyALinkLocalAddressKeepsAZone() throws SocketException, UnknownHostException {
        assumeIpv6();
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getByName("::1"));
        List<String> forms = List.of("::1%" + loopback.getName(), "[::1%" + loopback.getIndex() + "]");
        for (String host : forms) {
            assertZones(host, host, 0);
        }
    }

    @Rule({"CONN-021", "CONN-020"})
    @NeedsSystem("a network of the system")
    void inANetworkWithALinkLocalAddressItsZoneIsKept() throws Exception {
        elsewhere().network(
                "ip -6 addr add fe80::7f00:1/64 dev lo scope link nodad",
                "ip link add near0 type veth peer name far0", "ip link set near0 up", "ip link set far0 up",
                "ip -6 addr add fe80::7f00:1/64 dev near0 nodad").run("aLinkLocalAddress*");
    }
}
