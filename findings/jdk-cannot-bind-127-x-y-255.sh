#!/bin/sh
# The JDK refuses to bind an IPv4 socket to any loopback address that ends in .255, although the system lets it: of
# 127.0.0.0/8 only 127.255.255.255 is a broadcast address, the other 65,535 are addresses like 127.0.0.1.
#
# A channel opened for IPv4 alone (StandardProtocolFamily.INET), and every socket with java.net.preferIPv4Stack=true, gets
# "BindException: Cannot assign requested address" for 127.0.0.255 or 127.1.2.255; the system is never asked. The same bind
# on the JDK's default sockets, which are IPv6 ones with both families, works, and so does a plain bind(2).
#
# Seen on OpenJDK 17.0.15 and 25, Linux. Source: NET_Bind in src/java.base/unix/native/libnet/net_util_md.c, whose mask looks
# at the first and the last byte of the address only.
# Needs a JDK on the PATH (or JAVA_HOME) and python3.
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Bind.java" <<'JAVA'
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

public class Bind {
    public static void main(String[] args) throws IOException {
        System.out.println("OpenJDK " + System.getProperty("java.version") + ", " + System.getProperty("os.name"));
        boolean refused = true;
        boolean bound = true;
        for (String host : new String[] {"127.0.0.254", "127.0.0.255", "127.1.2.255"}) {
            boolean ipv4 = binds(ServerSocketChannel.open(StandardProtocolFamily.INET), host, "IPv4 channel");
            boolean both = binds(ServerSocketChannel.open(), host, "default channel");
            refused &= ipv4 == host.endsWith("254");
            bound &= both;
        }
        System.exit(refused && bound ? 0 : 1);
    }

    static boolean binds(ServerSocketChannel channel, String host, String what) throws IOException {
        try (channel) {
            System.out.println(host + " on the " + what + ": " + channel.bind(new InetSocketAddress(host, 0)).getLocalAddress());
            return true;
        } catch (IOException e) {
            System.out.println(host + " on the " + what + ": " + e);
            return false;
        }
    }
}
JAVA
"$java" "$dir/Bind.java"
python3 -c 'import socket; s = socket.socket(); s.bind(("127.1.2.255", 0)); s.listen(); print("127.1.2.255 by bind(2):", s.getsockname()[0])'
