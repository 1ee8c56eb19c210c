#!/bin/sh
# A datagram channel of Netty's epoll or io_uring that was bound to port 0 loses its port when it is disconnected, for good and without an
# error: the future succeeds, the channel is open, localAddress() is port 0, and what is sent to the port that the channel told before goes
# to nobody, or to the program that is given this port next.
#
# disconnect() is to take the peer away, and on NIO that is all it does. On Linux to dissolve a UDP association (connect() to AF_UNSPEC)
# gives up the port too, unless bind() was called with its number; port 0 does not count, though the socket was bound and the number has
# been told. The JDK knows, and binds again to the port it had; Netty's own transports do not. So a server on a fixed port never meets it,
# and one in a test, or a client that has told its port to somebody (as in RTP or QUIC), does. udp(7) and connect(2) say "dissolve the
# association" and nothing of the port.
#
# Seen with Netty 4.2.18.Final on OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18 x86-64. Source: __udp_disconnect() in net/ipv4/udp.c and
# SOCK_BINDPORT_LOCK in __inet_bind() of net/ipv4/af_inet.c; DatagramChannelImpl.repairSocket of the JDK; EpollDatagramChannel.doDisconnect.
# Needs a JDK (17 or later) and Maven on the PATH, Linux on x86-64; io_uring is left out where the kernel does not permit it.
#
# Output seen:
#   nio, bound to port 0, then connected and disconnected: has its port, hears
#   epoll, bound to port 0, then connected and disconnected: has port 0, is deaf, open true
#   epoll, bound to a number, then connected and disconnected: has its port, hears
#   io_uring, bound to port 0, then connected and disconnected: has port 0, is deaf, open true
set -e
version=4.2.18.Final
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>$version</version>
<classifier>linux-x86_64</classifier></dependency>
<dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-io_uring</artifactId><version>$version</version>
<classifier>linux-x86_64</classifier></dependency></dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Deaf.java" <<'JAVA'
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

public class Deaf {
    public static void main(String[] args) throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        boolean nio = hears("nio", NioIoHandler.newFactory(), NioDatagramChannel.class, loopback, 0);
        boolean epoll = hears("epoll", EpollIoHandler.newFactory(), EpollDatagramChannel.class, loopback, 0);
        boolean numbered = hears("epoll", EpollIoHandler.newFactory(), EpollDatagramChannel.class, loopback, freePort(loopback));
        boolean ring = IoUring.isAvailable()
                && hears("io_uring", IoUringIoHandler.newFactory(), IoUringDatagramChannel.class, loopback, 0);
        System.exit(nio && !epoll && numbered && !ring ? 0 : 1);
    }

    static int freePort(InetAddress address) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, address)) {
            return socket.getLocalPort();
        }
    }

    /** Whether a channel that was connected and disconnected hears what is sent to the port that it told when it was bound. */
    static boolean hears(String name, IoHandlerFactory handler, Class<? extends DatagramChannel> type, InetAddress address, int port)
            throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handler);
        Semaphore heard = new Semaphore(0);
        try (DatagramSocket peer = new DatagramSocket(0, address)) {
            DatagramChannel channel = (DatagramChannel) new Bootstrap().group(group).channel(type).handler(
                    new SimpleChannelInboundHandler<DatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                            heard.release();
                        }
                    }).bind(address, port).sync().channel();
            int told = channel.localAddress().getPort();
            java.net.DatagramPacket packet = new java.net.DatagramPacket(new byte[] {1}, 1, address, told);
            peer.send(packet);
            if (!heard.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not heard before either");
            }
            channel.connect(peer.getLocalSocketAddress()).sync();
            channel.disconnect().sync();
            peer.send(packet);
            boolean hears = heard.tryAcquire(2, TimeUnit.SECONDS);
            int has = channel.localAddress().getPort();
            System.out.println(name + ", bound to " + (port == 0 ? "port 0" : "a number") + ", then connected and disconnected: has "
                    + (has == told ? "its port" : "port " + has) + (hears ? ", hears" : ", is deaf, open " + channel.isOpen()));
            return hears;
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Deaf.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
