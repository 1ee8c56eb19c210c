#!/bin/sh
# JDK: a DatagramChannel that is connected sends no datagram without bytes, and reads one as the end of the stream.
#
# An empty datagram is a datagram like others (RFC 768: a length of 8), and DatagramChannel.send of one is carried out on a channel
# that is not connected. On one that is, send(), write() and DatagramSocket.send() return as ever and nothing leaves: the native write
# is skipped when there is nothing in the buffer. And where a connected channel gets one, read() returns -1, which says "end-of-stream"
# for a channel that has no stream and goes on receiving; receive() returns it with its sender.
#
# Versions: OpenJDK 17.0.15 and Temurin 25.0.3, Linux.
# Source: src/java.base/share/classes/sun/nio/ch/IOUtil.java, writeFromNativeBuffer ("if (rem == 0) return 0").
# Needs a JDK (JAVA_HOME, or Debian's 17); nothing leaves 127.0.0.1.
#
# Output seen:
#   not connected: arrives
#   connected, send: lost
#   connected, write: lost
#   read of an empty one: -1, then of one byte: 1
set -eu
java=${JAVA_HOME:-/usr/lib/jvm/java-17-openjdk-amd64}/bin/java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/Empty.java" <<'JAVA'
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

public class Empty {
    static DatagramChannel open() throws Exception {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress("127.0.0.1", 0));
        channel.configureBlocking(false);
        return channel;
    }

    /** Over the loopback interface it is there when the call returns. */
    static String arrives(DatagramChannel at) throws Exception {
        return at.receive(ByteBuffer.allocate(10)) != null ? "arrives" : "lost";
    }

    public static void main(String[] args) throws Exception {
        try (DatagramChannel one = open(); DatagramChannel other = open()) {
            SocketAddress there = other.getLocalAddress();
            one.send(ByteBuffer.allocate(0), there);
            System.out.println("not connected: " + arrives(other));
            one.connect(there);
            one.send(ByteBuffer.allocate(0), there);
            System.out.println("connected, send: " + arrives(other));
            one.write(ByteBuffer.allocate(0));
            System.out.println("connected, write: " + arrives(other));
            other.send(ByteBuffer.allocate(0), one.getLocalAddress());
            other.send(ByteBuffer.allocate(1), one.getLocalAddress());
            System.out.println("read of an empty one: " + one.read(ByteBuffer.allocate(10))
                    + ", then of one byte: " + one.read(ByteBuffer.allocate(10)));
        }
    }
}
JAVA
cat > "$work/expected" <<'END'
not connected: arrives
connected, send: lost
connected, write: lost
read of an empty one: -1, then of one byte: 1
END
"$java" "$work/Empty.java" | tee "$work/seen"
cmp "$work/seen" "$work/expected"
