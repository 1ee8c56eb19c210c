package dev.anyloop.tck.rules.connect;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NeedsSystem;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Chapters CONN and LISTEN of the specification: addresses that no connection is made to or from. */
public abstract class NowhereRules extends NowhereChapter {

    private static final List<String> NOWHERE = List.of("224.0.0.1", "239.255.0.1", "255.255.255.255", "::ffff:224.0.0.1",
            "ff02::1", "[ff0e::1]", "fe80::1", "[fe80::1]", "fe80::1%0", "fe80::1%no-zone", "[fe80::1%no-zone]",
            "::1%no-zone", "fe80::1%2147483646", "fe80::1%99999999999");

    @Rule({"CONN-020", "ERR-002"})
    void whatLeadsNowhereIsUnreachable() {
        assertAllUnreachable(NOWHERE, 9);
    }

    @Rule({"CONN-020", "LISTEN-013"})
    void theMessageTellsWhatIsWrongWithAnAddressThatLeadsNowhere() throws SocketException {
        assumeIpv6();
        String zone = NetworkInterface.networkInterfaces()
                .map(each -> Pattern.quote(each.getName() + " (" + each.getIndex() + ")"))
                .collect(joining("|", "(", ")"));
        Map<String, String> why = Map.of(
                "fe80::1%no-zone", "no such zone here; there are " + zone + ".*",
                "fe80::1%2147483646", "no zone 2147483646 here; there are " + zone + ".*",
                "fe80::1", "a link-local address needs a zone, .*",
                "224.0.0.1", "TCP has neither multicast nor broadcast");
        withLoop(loop -> why.forEach((host, words) -> {
            assertTells(words, assertNotAvailable(loop, host));
            loop.connect(host, 9).onError((s, error) -> assertTells(words, error));
        }));
    }

    private static void assertTells(String words, NetworkException error) {
        assertTrue(error.getMessage().matches(".*: (unreachable|address not available), " + words), error::getMessage);
        assertTrue(error.getMessage().contains(error.host()), error::getMessage);
    }

    @Rule({"CONN-020", "CONN-009"})
    void afterAnAddressThatLeadsNowhereTheNextIsTried() {
        int port = peerServer(peer -> peer.end().readAll());
        RecordedSocket socket = withSocket(resolving(host -> addresses("224.0.0.1", "fe80::1", LOCALHOST)),
                loop -> record(loop.connect("many.test", port)));
        assertEquals("connect end close", socket.trace());
        assertEquals(new InetSocketAddress(LOCALHOST, port), socket.socket().remoteAddress());
    }

    @Rule("CONN-020")
    void whatLeadsNowhereIsNoAddressToConnectFrom() {
        int port = peerServer(Peer::drain);
        Map<String, RecordedSocket> sockets = new LinkedHashMap<>();
        withLoop(loop -> {
            for (String host : List.of("224.0.0.1", "255.255.255.255", "fe80::1", "ff02::1")) {
                sockets.put(host, connectFrom(loop, host, LOCALHOST, port));
            }
        });
        sockets.forEach((host, socket) -> {
            assertEquals("error close", socket.trace(), host);
            assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, socket.expectedError().kind(), host);
        });
    }

    @Rule({"LISTEN-013", "LISTEN-002"})
    void whatLeadsNowhereIsNotListenedOn() {
        withLoop(loop -> NOWHERE.forEach(host -> assertNotAvailable(loop, host)));
    }

    // Without IPv6

    @Rule({"CONN-020", "LISTEN-013"})
    @NeedsSystem("a process without IPv6")
    void inAProcessThatDoesNotWantIpv6ThereIsNone() throws Exception {
        elsewhere().option("-Djava.net.preferIPv4Stack=true").run("withoutIpv6*");
    }

    @Rule({"CONN-020", "LISTEN-013"})
    @NeedsSystem("a system without IPv6")
    void onAMachineWithoutIpv6ThereIsNone() throws Exception {
        elsewhere()
                .network("echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6", "echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6")
                .run("withoutIpv6*");
    }
}
