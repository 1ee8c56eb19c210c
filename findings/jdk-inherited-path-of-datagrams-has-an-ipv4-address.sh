#!/bin/sh
# The JDK takes any datagram socket that it inherits, System.inheritedChannel(), for one of UDP without a peer. One at a path, as systemd
# gives one to a syslog server, has an address of IPv4: 109.112.47.104, which are the letters "mp/h" of /tmp/heir, with the port "/t"; its
# receive() throws, and the datagram is gone. One that is connected says that it is not.
#
# The JDK knows no datagrams at paths, and one expects null for them, as for other things that it does not know (a socket of
# SOCK_SEQPACKET is null), or the exception of an unknown family. Of a stream it does ask for the family and the peer, of datagrams only
# for the type: getLocalAddress() reads a port and four bytes where the path begins, and succeeds. receive() takes a datagram out of the
# socket before it looks at the sender's address, and throws "Socket family not recognized"; so a server that goes on after an
# exception empties the queue and sees nothing. If a socket of UDP is connected, isConnected() is false, getRemoteAddress() null and
# read() throws NotYetConnectedException, though it hears its peer alone: receive() is the way then.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3, Linux. Source: sun.nio.ch.InheritedChannel.createChannel (soType0, and for streams
# addressFamily and peerAddress).
# Needs Linux, python3 and a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen (two datagrams lie in each socket; what the heir tells of, then what is left):
#   UDP: local address 127.0.0.1, connected false, receive() 5 bytes, read() NotYetConnectedException; 1 left
#   UDP, connected: local address 127.0.0.1, connected false, receive() 5 bytes, read() NotYetConnectedException; 1 left
#   datagrams at a path: local address 109.112.47.104, connected false, receive() SocketException, read() NotYetConnectedException; 1 left
#   SOCK_SEQPACKET: null; 2 left
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d /tmp/heirXXXXXX)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Inherited.java" <<'JAVA'
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

public class Inherited {
    interface Operation {
        void run(ByteBuffer buffer) throws IOException;
    }

    public static void main(String[] args) throws IOException {
        DatagramChannel channel = (DatagramChannel) System.inheritedChannel();
        if (channel == null) {
            System.err.println("null");
            return;
        }
        String address = ((InetSocketAddress) channel.getLocalAddress()).getAddress().getHostAddress();
        // standard output is the socket's now
        System.err.println("local address " + address + ", connected " + channel.isConnected()
                + ", receive() " + told(channel::receive) + ", read() " + told(channel::read));
    }

    static String told(Operation operation) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(10);
        try {
            operation.run(buffer);
            return buffer.position() + " bytes";
        } catch (IOException | RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }
}
JAVA
"${java}c" -d "$dir" "$dir/Inherited.java"
cat > "$dir/give.py" <<'PY'
import os
import socket
import subprocess
import sys

java, folder = sys.argv[1:]


def heir(name, given):
    """Hands a socket with two datagrams on as standard input, and returns what the heir tells of it, and what is left."""
    run = subprocess.run([java, "-cp", folder, "Inherited"], stdin=given.fileno(), stderr=subprocess.PIPE, text=True, timeout=60)
    given.setblocking(False)
    left = 0
    try:
        while given.recv(10):
            left += 1
    except BlockingIOError:
        pass
    told = f"{run.stderr.strip()}; {left} left"
    print(f"{name}: {told}")
    return told


def udp(connected):
    given = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    given.bind(("127.0.0.1", 0))
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind(("127.0.0.1", 0))
    if connected:
        given.connect(peer.getsockname())
    for _ in range(2):
        peer.sendto(b"hello", given.getsockname())
    return given


def path():
    given = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    given.bind(os.path.join(folder, "path"))
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    peer.bind(os.path.join(folder, "peer"))
    for _ in range(2):
        peer.sendto(b"hello", given.getsockname())
    return given


def packets():
    given, peer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    peers.append(peer)
    for _ in range(2):
        peer.send(b"hello")
    return given


peers = []
seen = [heir("UDP", udp(False)), heir("UDP, connected", udp(True)), heir("datagrams at a path", path()), heir("SOCK_SEQPACKET", packets())]
usual = "local address 127.0.0.1, connected false, receive() 5 bytes, read() NotYetConnectedException; 1 left"
sys.exit(0 if seen == [
    usual,
    usual,
    "local address 109.112.47.104, connected false, receive() SocketException, read() NotYetConnectedException; 1 left",
    "null; 2 left",
] else 1)
PY
python3 "$dir/give.py" "$java" "$dir"
