#!/usr/bin/env bash
# Netty's io_uring transport, in a process without IPv6 (java.net.preferIPv4Stack=true, or a system that has none), does not
# refuse to connect to an IPv6 address: it connects to the IPv4 address made of its last four bytes. Here [2001:db8::7f00:1]
# is "connected", to 127.0.0.1, and channel.remoteAddress() says 127.0.0.1. Netty's nio and epoll transports fail, as
# they should (UnsupportedAddressTypeException, "Address family not supported by protocol").
#
# Versions: Netty 4.2.18.Final, Linux x86-64 with io_uring; needs Maven and JDK 17 or later. Source:
# io.netty.channel.uring.SockaddrIn.setIPv4, which takes every 16 bytes for an IPv4-mapped address; only an assert asks.
# Everything stays on loopback: 2001:db8::/32 is for documentation, and nothing is sent to it.
set -euo pipefail
export LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId>
  <artifactId>demo</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-io_uring</artifactId>
      <version>4.2.18.Final</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-epoll</artifactId>
      <version>4.2.18.Final</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
  </dependencies>
</project>
XML
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib

cat >Connect.java <<'JAVA'
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.*;
import io.netty.channel.epoll.*;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.*;
import java.net.*;

public class Connect {
    public static void main(String[] args) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 9, InetAddress.getByName("127.0.0.1"))) {
            InetSocketAddress ipv6 = new InetSocketAddress(InetAddress.getByName("2001:db8::7f00:1"), server.getLocalPort());
            boolean nio = connects("nio", NioIoHandler.newFactory(), NioSocketChannel.class, ipv6);
            boolean epoll = connects("epoll", EpollIoHandler.newFactory(), EpollSocketChannel.class, ipv6);
            boolean uring = connects("io_uring", IoUringIoHandler.newFactory(), IoUringSocketChannel.class, ipv6);
            System.exit(uring && !nio && !epoll ? 0 : 1);
        }
    }

    static boolean connects(String name, IoHandlerFactory factory, Class<? extends Channel> type, SocketAddress to)
            throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory);
        try {
            ChannelFuture connecting = new Bootstrap().group(group).channel(type)
                    .handler(new ChannelInboundHandlerAdapter()).connect(to).await();
            System.out.println(name + " to " + to + ": " + (connecting.isSuccess()
                    ? "connected to " + connecting.channel().remoteAddress() : connecting.cause()));
            return connecting.isSuccess();
        } finally {
            group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).await();
        }
    }
}
JAVA
java --enable-native-access=ALL-UNNAMED -Djava.net.preferIPv4Stack=true -cp 'lib/*' Connect.java 2>&1 | grep -v WARN
