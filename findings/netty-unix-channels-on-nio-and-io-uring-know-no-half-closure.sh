#!/bin/sh
# Netty's Unix-domain channels on nio and io_uring can be told to allow half-closure, and close at the peer's end all the same.
#
# Their configuration is a DuplexChannelConfig: setAllowHalfClosure(true) is taken, and isAllowHalfClosure() says true. But the reading
# loops of nio and io_uring look at it only if the configuration is a SocketChannelConfig, which that of such a channel is not. So when the peer shuts its output down and waits for the answer, the
# channel is closed, and the answer is lost. On epoll, and over TCP, it works: ChannelInputShutdownEvent comes.
#
# Seen with Netty 4.2.18.Final on OpenJDK 17.0.15, Linux x86-64. Source: AbstractNioByteChannel.isAllowHalfClosure,
# AbstractIoUringChannel.isAllowHalfClosure. Shown here with nio alone.
# Needs a JDK (17 or later) and Maven on the PATH.
set -e
version=4.2.18.Final
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-transport</artifactId><version>$version</version>
</dependency></dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Half.java" <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.*;
import io.netty.channel.nio.*;
import io.netty.channel.socket.*;
import io.netty.channel.socket.nio.*;
import java.net.*;
import java.nio.channels.SocketChannel;
import java.nio.file.*;
import java.util.concurrent.*;

public class Half {
    static String seen(Class<? extends ServerChannel> type, SocketAddress address) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        CompletableFuture<String> seen = new CompletableFuture<>();
        Channel server = new ServerBootstrap().group(group).channel(type).childHandler(new ChannelInboundHandlerAdapter() {
            @Override public void handlerAdded(ChannelHandlerContext context) {
                DuplexChannelConfig config = (DuplexChannelConfig) context.channel().config();
                config.setAllowHalfClosure(true);
                System.out.println("  isAllowHalfClosure: " + config.isAllowHalfClosure());
            }
            @Override public void userEventTriggered(ChannelHandlerContext context, Object event) {
                seen.complete(event.getClass().getSimpleName());
            }
            @Override public void channelInactive(ChannelHandlerContext context) {
                seen.complete("closed");
            }
        }).bind(address).sync().channel();
        try (SocketChannel peer = SocketChannel.open(server.localAddress())) {
            peer.shutdownOutput();
            return seen.get(10, TimeUnit.SECONDS);
        } finally {
            server.close().sync();
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println("TCP");
        String tcp = seen(NioServerSocketChannel.class, new InetSocketAddress("127.0.0.1", 0));
        System.out.println("  at the peer's end: " + tcp + "\nUnix-domain");
        String unix = seen(NioServerDomainSocketChannel.class, UnixDomainSocketAddress.of(Path.of(args[0])));
        System.out.println("  at the peer's end: " + unix);
        System.exit(tcp.equals("ChannelInputShutdownEvent") && unix.equals("closed") ? 0 : 1);
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Half.java" "$dir/socket" 2>/dev/null
# TCP
#   isAllowHalfClosure: true
#   at the peer's end: ChannelInputShutdownEvent
# Unix-domain
#   isAllowHalfClosure: true
#   at the peer's end: closed
