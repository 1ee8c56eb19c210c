#!/bin/sh
# A write on a blocking SocketChannel, or on a pipe, of the JDK takes all the bytes, until a virtual thread does it: then it takes those for
# which there is room, 4 of 64 MiB here, and returns. The rest is not sent, and nothing fails.
#
# WritableByteChannel.write "will return only after writing all of the r requested bytes", unless otherwise specified; as a state in which
# it may write less it names non-blocking mode, and isBlocking() is true throughout. So code that writes once, without a loop, has always
# worked, and loses the end of its larger messages when its pool of threads becomes one of virtual threads. The JDK makes a socket
# non-blocking when a virtual thread first uses it, and never blocking again: from then on platform threads, too, write a part. And it does
# not take virtual threads: while another thread waits in a read of the channel's socket() that has a timeout, the same happens on JDK 17. The
# loop behind the system call goes on only if nothing at all was written. A pipe's room is 64 KiB, so that is what it takes. Channels'
# output streams and Socket's own have a loop.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3, Linux. Source: sun.nio.ch.SocketChannelImpl (implWrite,
# configureSocketNonBlockingIfVirtualThread, blockingRead) and SinkChannelImpl.write; JDK-8368991, from those who were caught by it,
# https://github.com/cdarras/clamav-client/pull/35 (2025).
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME); the virtual threads are left out before 21.
#
# Output seen, of one write of 64 MiB each, to a peer that reads (where it is a part, its size varies):
#   by a platform thread: isBlocking true, takes all
#   by a platform thread, while another reads with a timeout: isBlocking true, takes a part
#   by a virtual thread: isBlocking true, takes a part
#   by a platform thread, after one byte by a virtual thread: isBlocking true, takes a part
#   pipe, by a platform thread: takes all
#   pipe, by a virtual thread: takes a part
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Part.java" <<'JAVA'
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public class Part {
    static final ByteBuffer BYTES = ByteBuffer.allocateDirect(64 << 20);
    static final ExecutorService PLATFORM = Executors.newCachedThreadPool(Part::daemon);
    static boolean asSeen = true;

    public static void main(String[] args) throws Exception {
        socket("by a platform thread", PLATFORM, false, false, true);
        socket("by a platform thread, while another reads with a timeout", PLATFORM, false, true, false);
        if (Runtime.version().feature() >= 21) {
            ExecutorService virtual =
                    (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            socket("by a virtual thread", virtual, false, false, false);
            socket("by a platform thread, after one byte by a virtual thread", virtual, true, false, false);
            pipe("pipe, by a platform thread", PLATFORM, true);
            pipe("pipe, by a virtual thread", virtual, false);
        }
        System.exit(asSeen ? 0 : 1);
    }

    /** Writes once: by a thread of the executor, or, after a byte that such a one has written, by a platform thread. */
    static void socket(String what, ExecutorService executor, boolean byteFirst, boolean besideRead, boolean all)
            throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel channel = SocketChannel.open(server.getLocalAddress()); SocketChannel peer = server.accept()) {
                if (byteFirst) {
                    executor.submit(() -> channel.write(ByteBuffer.allocate(1))).get();
                }
                if (besideRead) {
                    channel.socket().setSoTimeout(60_000);
                    Thread reader = daemon(() -> read(channel));
                    reader.start();
                    while (!inPoll(reader)) {
                        Thread.sleep(10);
                    }
                }
                long written = write(byteFirst ? PLATFORM : executor, channel, peer);
                tell(what + ": isBlocking " + channel.isBlocking() + ", takes ", written, all);
            }
        }
    }

    static void pipe(String what, ExecutorService executor, boolean all) throws Exception {
        Pipe pipe = Pipe.open();
        tell(what + ": takes ", write(executor, pipe.sink(), pipe.source()), all);
        pipe.sink().close();
        pipe.source().close();
    }

    /** What one write takes, of a channel whose other end is read from a little later. */
    static long write(ExecutorService executor, WritableByteChannel channel, ReadableByteChannel peer)
            throws InterruptedException, ExecutionException {
        daemon(() -> {
            Thread.sleep(100);
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
            while (peer.read(buffer.clear()) >= 0) {
            }
            return null;
        }).start();
        return executor.submit(() -> channel.write(BYTES.duplicate())).get();
    }

    static void tell(String what, long written, boolean all) {
        System.out.println(what + (written == BYTES.capacity() ? "all" : "a part"));
        asSeen &= written > 0 && all == (written == BYTES.capacity());
    }

    static Object read(SocketChannel channel) throws Exception {
        return channel.socket().getInputStream().read();
    }

    static boolean inPoll(Thread thread) {
        StackTraceElement[] trace = thread.getStackTrace();
        return trace.length > 0 && trace[0].getMethodName().equals("poll");
    }

    static Thread daemon(Callable<?> task) {
        return daemon((Runnable) () -> {
            try {
                task.call();
            } catch (Exception e) {
                // the channel was closed: it is over
            }
        });
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }
}
JAVA
"$java" "$dir/Part.java"
