#!/bin/sh
# On Linux a read never tells of a reset that comes after the peer's FIN: it goes on to say "end", as if nothing were wrong.
#
# When a RST arrives in CLOSE_WAIT, tcp_reset() notes EPIPE, not ECONNRESET, and tcp_recvmsg() asks for SOCK_DONE, which the
# FIN has set, before it asks for that error. So a half-open connection that is dead looks like one that is only half closed:
# java.nio's read() answers -1 each time, and so does recv() below it. "Try to read once in a while" finds nothing. Only a
# write fails, with "Broken pipe", or the one to ask for SO_ERROR, or poll() and epoll, which report POLLERR and POLLHUP
# even to who wants no event at all. The JDK can ask for neither: it has no SO_ERROR, and its selector takes a channel
# without interest out of epoll, so it selects nothing. But it reports an error as whatever is wanted, and OP_CONNECT is
# otherwise never ready on a connection that is made.
#
# Seen on Linux 6.18 with OpenJDK 17.0.15 and 25. Source: net/ipv4/tcp_input.c and tcp.c of Linux; EPollSelectorImpl and
# SocketChannelImpl.translateReadyOps() of the JDK.
# Needs Linux and a JDK on the PATH (or JAVA_HOME), and nothing else.
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Late.java" <<'JAVA'
import java.io.IOException;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;

public class Late {
    public static void main(String[] args) throws Exception {
        System.out.println("OpenJDK " + System.getProperty("java.version") + ", Linux " + System.getProperty("os.version"));
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                Selector selector = Selector.open()) {
            Socket peer = new Socket();
            peer.connect(server.getLocalAddress());
            SocketChannel channel = server.accept();
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            peer.shutdownOutput();
            selector.select();
            System.out.println("after the FIN: read " + read(channel) + ", ready to connect: " + ready(selector, key, SelectionKey.OP_CONNECT));
            peer.setSoLinger(true, 0);
            peer.close(); // a RST
            while (ready(selector, key, SelectionKey.OP_CONNECT) == 0) {
                Thread.onSpinWait(); // over loopback it is there at once
            }
            int first = read(channel);
            int second = read(channel);
            int without = ready(selector, key, 0);
            int connect = ready(selector, key, SelectionKey.OP_CONNECT);
            System.out.println("after the RST: read " + first + " and " + second + ", selected without interest: " + without
                    + ", ready to connect: " + connect);
            String write;
            try {
                write = channel.write(ByteBuffer.allocate(1)) + " byte";
            } catch (IOException e) {
                write = e.getMessage();
            }
            System.out.println("a write: " + write);
            System.exit(first == -1 && second == -1 && without == 0 && connect == 1 && write.equals("Broken pipe") ? 0 : 1);
        }
    }

    static int read(SocketChannel channel) throws IOException {
        return channel.read(ByteBuffer.allocate(1));
    }

    static int ready(Selector selector, SelectionKey key, int interest) throws IOException {
        key.interestOps(interest);
        selector.selectedKeys().clear();
        return selector.selectNow();
    }
}
JAVA
LC_ALL=C timeout 60 "$java" "$dir/Late.java"
