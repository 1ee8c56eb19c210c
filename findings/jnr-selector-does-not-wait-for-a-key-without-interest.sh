#!/bin/sh
# jnr-enxio's selector does not wait any more once the peer of a channel has closed, though nobody is interested in that channel: select()
# returns 1 at once, each time, with a key that is ready for nothing. And of a hundred wakeups the next hundred selections return at once.
#
# A loop that takes its interest in reading away until it has room, as back-pressure is done with NIO, is to hear nothing of the channel
# meanwhile; the JDK's selector waits. This one asks poll(2), which reports POLLHUP whatever one asks for, and counts the key as selected
# with what the poll says of its interest, which is none. There is no set of operations that would keep it quiet, only cancelling the key.
# Selector.wakeup(): "Invoking this method more than once between two successive selection operations has the same effect as invoking it
# just once". Here each call puts a byte into a pipe, and each selection takes one out. So the loop turns as often as tasks were handed to
# it, with nothing to do the other times.
#
# Seen with jnr-unixsocket 0.38.23 (jnr-enxio 0.32.18) on OpenJDK 17.0.15 and Temurin 25.0.3, Linux x86-64. Source:
# jnr.enxio.channels.PollSelector, poll and wakeupReceived; poll(2): POLLHUP "is ignored in events".
# Needs a JDK (17 or later) and Maven on the PATH, Linux on x86-64.
#
# Output seen, of selections that may wait for 20 ms:
#   JDK, peer has closed, no interest: 0 of 10 return a key, 0 return early
#   jnr, peer has closed, no interest: 10 of 10 return a key, 10 return early, ready for 0
#   JDK, 100 wakeups: 1 of 110 return early
#   jnr, 100 wakeups: 100 of 110 return early
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>com.github.jnr</groupId><artifactId>jnr-unixsocket</artifactId><version>0.38.23</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Selections.java" <<'JAVA'
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

public class Selections {
    static final int WAIT = 20;

    public static void main(String[] args) throws IOException {
        Path jdkPath = Path.of(args[0], "jdk");
        Path jnrPath = Path.of(args[0], "jnr");
        boolean jdk;
        boolean jnr;
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(jdkPath));
            SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(jdkPath));
            jdk = waits("JDK", server.accept(), peer);
        }
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open()) {
            server.socket().bind(new UnixSocketAddress(jnrPath.toFile()));
            UnixSocketChannel peer = UnixSocketChannel.open(new UnixSocketAddress(jnrPath.toFile()));
            jnr = waits("jnr", server.accept(), peer);
        }
        int one = wakeups("JDK", Selector.open());
        int all = wakeups("jnr", NativeSelectorProvider.getInstance().openSelector());
        System.exit(jdk && !jnr && one <= 1 && all > 80 ? 0 : 1);
    }

    /** Whether a selector waits that has one key, without interest, whose peer has closed. */
    static boolean waits(String name, SelectableChannel channel, Closeable peer) throws IOException {
        try (Selector selector = channel.provider().openSelector()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.interestOps(0);
            peer.close();
            int keys = 0;
            int early = 0;
            for (int i = 0; i < 10; i++) {
                long start = System.nanoTime();
                keys += selector.select(WAIT);
                early += early(start);
                selector.selectedKeys().clear();
            }
            System.out.println(name + ", peer has closed, no interest: " + keys + " of 10 return a key, " + early + " return early"
                    + (keys > 0 ? ", ready for " + key.readyOps() : ""));
            return keys == 0 && early == 0;
        }
    }

    /** How many selections return early because of a hundred wakeups. */
    static int wakeups(String name, Selector selector) throws IOException {
        for (int i = 0; i < 100; i++) {
            selector.wakeup();
        }
        int early = 0;
        for (int i = 0; i < 110; i++) {
            long start = System.nanoTime();
            selector.select(WAIT);
            early += early(start);
        }
        System.out.println(name + ", 100 wakeups: " + early + " of 110 return early");
        return early;
    }

    static int early(long start) {
        return System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(WAIT - 1) ? 1 : 0;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Selections.java" "$dir" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
