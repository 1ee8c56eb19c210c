#!/bin/sh
# What FileChannel.transferTo() has sent to a socket changes when the file does: 64 KiB are sent, all are told as sent, then the file is
# overwritten, and the peer that reads now gets the new bytes and not one of the old. What write() has sent stays as it was.
#
# The Javadoc says that bytes are "transferred", that their number is returned, and of the file alone that others may change it meanwhile:
# one expects that, as with a write, what was counted is done with. On Linux it is sendfile(), which gives the socket the pages of the file's
# cache instead of a copy, and they stay in the queue as long as the peer, or the network, has not taken them: in a connection that is slow
# or full for minutes. A file that is replaced by another of the same name is safe; one that is written in place is not: a file of slots used
# in turn, a snapshot written over, a mapped buffer that is reused when the answer "is out". A length or a checksum that was sent before it
# then does not fit what comes, and TCP's own checksum does. Flushing (force) and closing the file or the socket do not help; nor does
# anything tell when it is over but an answer of the peer. Netty's DefaultFileRegion is the same call.
#
# Seen on OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18, ext4 and tmpfs. Source: sun.nio.ch.FileChannelImpl.transferToDirect;
# sendfile(2), NOTES, on what has to stay unmodified; the Javadoc of FileChannel.transferTo does not have it.
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME), Linux.
#
# Output seen, of 65536 bytes that the file had when they were sent:
#   write, then overwritten: 65536 sent, the peer reads 65536 old ones and 0 new ones
#   transferTo, then overwritten: 65536 sent, the peer reads 0 old ones and 65536 new ones
#   transferTo, file and socket closed, then overwritten: 65536 sent, the peer reads 0 old ones and 65536 new ones
#   transferTo, then replaced by another file: 65536 sent, the peer reads 65536 old ones and 0 new ones
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Later.java" <<'JAVA'
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

public class Later {
    static final int SIZE = 65536;

    static byte[] filled(char with) {
        byte[] bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    /** How many of the bytes that were sent are those that the file had when they were sent. */
    static int old(Path dir, String how, boolean transfer, boolean close, boolean replace) throws Exception {
        Path path = dir.resolve("file");
        Files.write(path, filled('o'));
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel peer = server.accept();
                FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long sent = transfer ? file.transferTo(0, SIZE, client) : client.write(ByteBuffer.wrap(Files.readAllBytes(path)));
            if (close) {
                file.force(true);
                file.close();
                client.close();
            }
            if (replace) {
                Path other = Files.write(dir.resolve("other"), filled('n'));
                Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.write(path, filled('n'), StandardOpenOption.WRITE); // in place, without truncating
            }
            client.close();
            ByteBuffer read = ByteBuffer.allocate(2 * SIZE);
            while (peer.read(read) >= 0) {
            }
            int[] counts = new int[128];
            read.flip();
            while (read.hasRemaining()) {
                counts[read.get()]++;
            }
            System.out.println(how + ": " + sent + " sent, the peer reads " + counts['o'] + " old ones and " + counts['n'] + " new ones");
            return sent == SIZE && counts['o'] + counts['n'] == SIZE ? counts['o'] : -1;
        }
    }

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[0]);
        int write = old(dir, "write, then overwritten", false, false, false);
        int transfer = old(dir, "transferTo, then overwritten", true, false, false);
        int closed = old(dir, "transferTo, file and socket closed, then overwritten", true, true, false);
        int replaced = old(dir, "transferTo, then replaced by another file", true, false, true);
        System.exit(write == SIZE && transfer == 0 && closed == 0 && replaced == SIZE ? 0 : 1);
    }
}
JAVA
"$java" "$dir/Later.java" "$dir"
