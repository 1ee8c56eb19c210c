#!/bin/sh
# Who asks Linux for "any free port" with SO_REUSEADDR, as every server socket of the JDK does, is given one of a quarter of the range that
# the system documents: an odd one of its lower half. Of 32768 to 60999 that is 7,058 ports and not 28,232.
#
# bind() to port 0 takes ports of the parity that connect() does not prefer, so that neither spoils it for the other, and with SO_REUSEADDR
# it looks at the upper half only if there is nothing left in the lower one. ip(7) says of ip_local_port_range that it "defines the default
# local port range allocated to sockets that are not explicitly bound"; nothing says that the answer depends on an option, or is always odd.
# So programs that find a free port, give it back and hand its number on, as tests and launchers do, take each other's four times as often
# as the range lets one think; and the numbers of servers and of clients never meet, until one of them has used up its half.
#
# Seen on Linux 6.18 with OpenJDK 17.0.15 and Temurin 25.0.3. Source: inet_csk_find_open_port() in net/ipv4/inet_connection_sock.c
# (attempt_half, "offset |= 1U"), __inet_hash_connect() in net/ipv4/inet_hashtables.c.
# Needs Linux and a JDK (17 or later) on the PATH (or JAVA_HOME); a few hundred ports are taken for a moment.
#
# Output seen:
#   ports 32768 to 60999, all: 28232
#   400 servers as they come (SO_REUSEADDR): 400 odd, 0 in the upper half
#   400 servers without SO_REUSEADDR: 400 odd, some in the upper half
#   400 clients: 0 odd
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Ports.java" <<'JAVA'
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

public class Ports {
    static final int COUNT = 400;
    static int low;
    static int half;

    public static void main(String[] args) throws Exception {
        String[] range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).get(0).split("\\s+");
        low = Integer.parseInt(range[0]);
        int high = Integer.parseInt(range[1]);
        half = low + (high + 1 - low) / 2;
        System.out.println("ports " + low + " to " + high + ", all: " + (high + 1 - low));
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        List<NetworkChannel> channels = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            channels.add(ServerSocketChannel.open().bind(any));
        }
        boolean quarter = tell("servers as they come (SO_REUSEADDR)", channels, true, false);
        for (int i = 0; i < COUNT; i++) {
            channels.add(ServerSocketChannel.open().setOption(StandardSocketOptions.SO_REUSEADDR, false).bind(any));
        }
        boolean parity = tell("servers without SO_REUSEADDR", channels, true, true);
        boolean others;
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(any, COUNT)) {
            for (int i = 0; i < COUNT; i++) {
                channels.add(SocketChannel.open(server.getLocalAddress()));
            }
            others = tell("clients", channels, false, null);
        }
        System.exit(quarter && parity && others ? 0 : 1);
    }

    /** Whether all ports have the other parity than the first of the range, or none; and whether any is in the upper half, if that is asked. */
    static boolean tell(String what, List<NetworkChannel> channels, boolean otherParity, Boolean anyUpper) throws Exception {
        int odd = 0;
        int other = 0;
        int upper = 0;
        for (NetworkChannel channel : channels) {
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            odd += port & 1;
            other += (port - low) & 1;
            upper += port >= half ? 1 : 0;
            channel.close();
        }
        channels.clear();
        String where = anyUpper == null ? "" : upper == 0 ? ", 0 in the upper half" : ", some in the upper half";
        System.out.println(COUNT + " " + what + ": " + odd + " odd" + where);
        return other == (otherParity ? COUNT : 0) && (anyUpper == null || upper > 0 == anyUpper);
    }
}
JAVA
"$java" "$dir/Ports.java"
