#!/bin/sh
# junixsocket says that a non-blocking connect to a path whose backlog is full is connected, finished and ready to write, when there is no
# connection, and no connect under way.
#
# connect() returns false: "in progress", by the contract of SocketChannel. At once isConnected() is true and isConnectionPending() false,
# finishConnect() returns true and the selector finds the channel ready to connect and to write. The first write throws
# NotYetConnectedException and closes the socket, under a channel whose isOpen() stays true. So a loop that goes by the contract of NIO
# reports a connection that nobody has accepted, though the server only was busy. Linux answers EAGAIN to such a connect and forgets it; the
# JDK's own channel throws there. junixsocket takes EAGAIN for EINPROGRESS, and marks a socket as connected after each connect that
# did not throw, whatever it returned.
#
# Seen with junixsocket 2.11.1 on OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18 x86-64. Source: AFSocket.connect0 (internalDummyConnect),
# AFSocketChannel.finishConnect, and connect.c, where checkNonBlocking takes both errors.
# Needs a JDK (17 or later) and Maven on the PATH, Linux on x86-64.
#
# Output seen, of the third connect to a backlog of 1 (two fit):
#   JDK: connect throws SocketException, isConnected() false
#   junixsocket: connect() false, isConnected() true, isConnectionPending() false, finishConnect() true, ready to connect true, to write true
#   junixsocket: write throws NotYetConnectedException, isOpen() true; the server has accepted 2
set -e
version=2.11.1
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>com.kohlschutter.junixsocket</groupId><artifactId>junixsocket-core</artifactId><version>$version</version>
<type>pom</type></dependency></dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib" -DincludeTypes=jar
cat > "$dir/Backlog.java" <<'JAVA'
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

public class Backlog {
    public static void main(String[] args) throws IOException {
        boolean refused = jdk(UnixDomainSocketAddress.of(Path.of(args[0], "jdk")));
        boolean pretended = junixsocket(AFUNIXSocketAddress.of(Path.of(args[0], "junixsocket")));
        System.exit(refused && pretended ? 0 : 1);
    }

    static boolean jdk(SocketAddress path) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(path, 1);
                SocketChannel first = SocketChannel.open(path);
                SocketChannel second = SocketChannel.open(path);
                SocketChannel third = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            third.configureBlocking(false);
            String told;
            try {
                told = "connect() " + third.connect(path);
            } catch (IOException e) {
                told = "connect throws " + e.getClass().getSimpleName();
            }
            System.out.println("JDK: " + told + ", isConnected() " + third.isConnected());
            return told.startsWith("connect throws") && !third.isConnected();
        }
    }

    static boolean junixsocket(AFUNIXSocketAddress path) throws IOException {
        try (AFUNIXServerSocketChannel server = AFUNIXServerSocketChannel.open();
                AFUNIXSocketChannel first = AFUNIXSocketChannel.open();
                AFUNIXSocketChannel second = AFUNIXSocketChannel.open();
                AFUNIXSocketChannel third = AFUNIXSocketChannel.open();
                Selector selector = AFUNIXSelectorProvider.provider().openSelector()) {
            server.bind(path, 1);
            first.connect(path);
            second.connect(path);
            third.configureBlocking(false);
            boolean connect = third.connect(path);
            boolean connected = third.isConnected();
            boolean pending = third.isConnectionPending();
            boolean finished = third.finishConnect();
            SelectionKey key = third.register(selector, SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE);
            selector.selectNow();
            System.out.println("junixsocket: connect() " + connect + ", isConnected() " + connected + ", isConnectionPending() " + pending
                    + ", finishConnect() " + finished + ", ready to connect " + key.isConnectable() + ", to write " + key.isWritable());
            boolean pretended = !connect && connected && !pending && finished && key.isConnectable() && key.isWritable();
            String write;
            try {
                write = "wrote " + third.write(ByteBuffer.allocate(1));
            } catch (NotYetConnectedException e) {
                write = "write throws " + e.getClass().getSimpleName();
            }
            server.configureBlocking(false);
            int accepted = 0;
            while (server.accept() != null) {
                accepted++;
            }
            System.out.println("junixsocket: " + write + ", isOpen() " + third.isOpen() + "; the server has accepted " + accepted);
            return pretended && write.equals("write throws NotYetConnectedException") && accepted == 2;
        }
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Backlog.java" "$dir"
