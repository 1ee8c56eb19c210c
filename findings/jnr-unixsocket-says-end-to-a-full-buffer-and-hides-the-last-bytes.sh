#!/bin/sh
# jnr-unixsocket tells of the end of a stream that has none: read() into a buffer without room is -1, whether bytes wait or the peer is
# silent. And it tells of the end when there are bytes still: a scattering read that takes the last ones returns -1 for them.
#
# ReadableByteChannel: as many bytes are tried to be read as the buffer has remaining, and -1 means "the channel has reached end-of-stream";
# the JDK's own channel answers 0 to a buffer without room. read(2) answers 0 to both, an end and no room, and jnr makes -1 of each 0. So a
# loop that reads until 0 or -1 into one buffer, as many do, takes a message that just fills it for the end of the connection, and with
# larger or smaller messages all is well. The scattering read(ByteBuffer[]) reads into one buffer after the other until one says -1, and
# then says so as well, also if the first has just been filled: the bytes are in the buffers, and the count is lost. As Javadoc has it, it
# should be the number of bytes read, and -1 the next time.
#
# Seen with jnr-unixsocket 0.38.23 (jnr-enxio 0.32.18) on OpenJDK 17.0.15 and Temurin 25.0.3, Linux x86-64. Source:
# jnr.enxio.channels.Common.read, both of them.
# Needs a JDK (17 or later) and Maven on the PATH, Linux on x86-64.
#
# Output seen, JDK and jnr:
#   buffer of 4, peer has sent 4 bytes: 4 and 4, into the full buffer: 0 and -1
#   2 more bytes wait, into the full buffer: 0 and -1, into another: 2 and 2
#   peer has sent 4 bytes and its end, scattering read into 4 and 4: 4 and -1, with 4 and 4 bytes in the buffers
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
cat > "$dir/End.java" <<'JAVA'
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

public class End {
    public static void main(String[] args) throws IOException {
        Path jdkPath = Path.of(args[0], "jdk");
        Path jnrPath = Path.of(args[0], "jnr");
        List<Long> jdk;
        List<Long> jnr;
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(jdkPath));
            SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(jdkPath));
            jdk = told(server.accept(), peer);
        }
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open()) {
            server.socket().bind(new UnixSocketAddress(jnrPath.toFile()));
            UnixSocketChannel peer = UnixSocketChannel.open(new UnixSocketAddress(jnrPath.toFile()));
            jnr = told(server.accept(), peer);
        }
        String[] said = {"buffer of 4, peer has sent 4 bytes: %d and %d, ", "into the full buffer: %d and %d%n",
            "2 more bytes wait, into the full buffer: %d and %d, ", "into another: %d and %d%n",
            "peer has sent 4 bytes and its end, scattering read into 4 and 4: %d and %d, ", "with %d and %d bytes in the buffers%n"};
        for (int i = 0; i < said.length; i++) {
            System.out.printf(said[i], jdk.get(i), jnr.get(i));
        }
        System.exit(jdk.equals(List.of(4L, 0L, 0L, 2L, 4L, 4L)) && jnr.equals(List.of(4L, -1L, -1L, 2L, -1L, 4L)) ? 0 : 1);
    }

    static <C extends ByteChannel & ScatteringByteChannel> List<Long> told(C channel, ByteChannel peer) throws IOException {
        List<Long> told = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(4);
        peer.write(ByteBuffer.allocate(4));
        told.add((long) channel.read(buffer));
        told.add((long) channel.read(buffer));
        peer.write(ByteBuffer.allocate(2));
        told.add((long) channel.read(buffer));
        told.add((long) channel.read(ByteBuffer.allocate(4)));
        peer.write(ByteBuffer.allocate(4));
        peer.close();
        ByteBuffer[] two = {ByteBuffer.allocate(4), ByteBuffer.allocate(4)};
        told.add(channel.read(two));
        told.add((long) two[0].position() + two[1].position());
        channel.close();
        return told;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/End.java" "$dir" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
