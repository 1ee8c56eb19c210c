#!/bin/sh
# JDK 17: an IPv6 DatagramChannel hears multicast groups that it has not joined, if another socket of the machine has.
#
# A DatagramChannel (or MulticastSocket) hears what is sent to the groups it has joined, "a datagram channel may join several multicast
# groups": Linux by default gives a socket on the wildcard what comes for every group that anybody has joined, and the JDK therefore
# clears IP_MULTICAST_ALL on each datagram socket. For IPv6 sockets JDK 17 does so at the level IPPROTO_IPV6, where the same
# number 49 is another option, and IPV6_MULTICAST_ALL (29) stays on. So after leave(), or without any join(), such a channel goes
# on hearing a group as long as some other program is in it; one of the family INET does not. JDK 25 does not either.
#
# Versions: OpenJDK 17.0.15, Linux 6.18 (IPV6_MULTICAST_ALL is there since 4.20); mended in Temurin 25.0.3.
# Source: src/java.base/unix/native/libnio/ch/Net.c, Java_sun_nio_ch_Net_socket0.
# Needs root for a network namespace with an interface of its own, and JDK 17 (JAVA_HOME, or that of Debian); nothing leaves it.
#
# Output seen:
#   INET: member true, stranger false
#   INET6: member true, stranger true
set -eu
java=${JAVA_HOME:-/usr/lib/jvm/java-17-openjdk-amd64}/bin/java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/Groups.java" <<'JAVA'
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

public class Groups {
    static DatagramChannel open(ProtocolFamily family, String host, int port) throws Exception {
        DatagramChannel channel = DatagramChannel.open(family).setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.configureBlocking(false);
        return channel.bind(new InetSocketAddress(host, port));
    }

    static boolean hears(DatagramChannel channel) throws Exception {
        return channel.receive(ByteBuffer.allocate(10)) != null;
    }

    public static void main(String[] args) throws Exception {
        NetworkInterface on = NetworkInterface.getByName("d0");
        for (ProtocolFamily family : StandardProtocolFamily.values()) {
            if (family == StandardProtocolFamily.UNIX) {
                continue;
            }
            boolean six = family == StandardProtocolFamily.INET6;
            InetAddress group = InetAddress.getByName(six ? "ff15::77:77" : "239.255.77.77");
            DatagramChannel member = open(family, six ? "::" : "0.0.0.0", 0);
            int port = ((InetSocketAddress) member.getLocalAddress()).getPort();
            DatagramChannel stranger = open(family, six ? "::" : "0.0.0.0", port);
            member.join(group, on);
            open(family, six ? "::" : "0.0.0.0", 0).setOption(StandardSocketOptions.IP_MULTICAST_IF, on)
                    .send(ByteBuffer.wrap(new byte[3]), new InetSocketAddress(group, port));
            Thread.sleep(200);
            System.out.println(family + ": member " + hears(member) + ", stranger " + hears(stranger));
        }
    }
}
JAVA
unshare --net sh -c "
    ip link set lo up
    ip link add d0 type veth peer name d1
    ip link set d1 up
    ip link set d0 up multicast on
    ip addr add 10.9.9.1/24 dev d0
    ip -6 addr add fd09::1/64 dev d0 nodad
    sleep 2
    '$java' '$work/Groups.java'" | tee "$work/seen"
grep -q '^INET: member true, stranger false$' "$work/seen"
grep -q '^INET6: member true, stranger true$' "$work/seen"
