#!/bin/sh
# After SocketChannel.shutdownOutput(), a write on a blocking channel that is open, by the only thread there is, throws
# AsynchronousCloseException: "the channel was closed by another thread while in operation". No other thread is there, and isOpen() is
# still true. The Javadoc of shutdownOutput() announces ClosedChannelException, of which that is a subclass; who tells the two apart, to know a
# close by others from a mistake of one's own, is misled. And a write that waits, with a part of its bytes gone, when another thread does close the
# channel, returns how many went instead of the AsynchronousCloseException that WritableByteChannel.write announces; the next write
# has it.
#
# Seen on OpenJDK 17.0.15 and 25.0.3, Linux. Source: sun.nio.ch.SocketChannelImpl.write, and for the second
# AbstractInterruptibleChannel.end, to which a write that has moved a byte is completed.
# Needs a JDK of 17 or later on the PATH (or JAVA_HOME).
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Writes.java" <<'JAVA'
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

public class Writes {
    public static void main(String[] args) throws Exception {
        System.out.println("OpenJDK " + System.getProperty("java.version"));
        boolean first;
        boolean second;
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            try (SocketChannel channel = SocketChannel.open(server.getLocalAddress()); SocketChannel peer = server.accept()) {
                channel.shutdownOutput();
                String told = write(channel, 1);
                System.out.println("after shutdownOutput: " + told + ", open " + channel.isOpen());
                first = told.equals("AsynchronousCloseException");
            }
            try (SocketChannel channel = SocketChannel.open(server.getLocalAddress()); SocketChannel peer = server.accept()) {
                String[] told = new String[1];
                Thread writer = new Thread(() -> told[0] = write(channel, 50_000_000));
                writer.start();
                while (writer.getStackTrace().length == 0 || !waits(writer)) {
                    Thread.onSpinWait();
                }
                Thread.sleep(500); // the buffers are full
                channel.close();
                writer.join();
                System.out.println("closed while a write of 50000000 waits: " + told[0] + ", the next: " + write(channel, 1));
                second = told[0].matches("[0-9]+") && Integer.parseInt(told[0]) < 50_000_000;
            }
        }
        System.exit(first && second ? 0 : 1);
    }

    static boolean waits(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("write0")) {
                return true;
            }
        }
        return false;
    }

    static String write(SocketChannel channel, int count) {
        try {
            return String.valueOf(channel.write(ByteBuffer.allocate(count)));
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }
}
JAVA
"$java" "$dir/Writes.java"
