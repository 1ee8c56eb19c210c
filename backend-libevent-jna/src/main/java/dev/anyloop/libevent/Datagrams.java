package dev.anyloop.libevent;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What all datagram sockets of a loop receive into and send from. A batch of datagrams is received in one call: by
 * JNA the call costs as much as half of what the kernel does for a short one (decision 67).
 */
final class Datagrams {

    static final int BATCH = 8;

    /** More than the longest datagram has, so that none is cut. */
    private static final int MOST_BYTES = 64 * 1024;

    // struct mmsghdr: address of the name, its length, address of the vectors, their number; …, bytes received
    private static final int NAME_LENGTH = 8;
    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int RECEIVED = 56;
    private static final int HEADER_BYTES = 64;

    // struct iovec: address, length
    private static final int VECTOR_BYTES = 16;

    // where in the memory they are
    private static final int FIRST_VECTOR = BATCH * HEADER_BYTES;
    private static final int FIRST_SENDER = FIRST_VECTOR + BATCH * VECTOR_BYTES;
    private static final int SENDER_BYTES = 32; // a Sockaddr
    private static final int LAST_SENDER = FIRST_SENDER + BATCH * SENDER_BYTES;
    private static final int RECEIVER = LAST_SENDER + SENDER_BYTES;
    private static final int MEMORY_BYTES = RECEIVER + SENDER_BYTES;

    // Set once.
    private final ByteBuffer memory = ByteBuffer.allocateDirect(MEMORY_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Libc.addressOf(memory);
    private final ByteBuffer[] data = new ByteBuffer[BATCH];

    // Loop thread: the last ones, which are often the next ones too.
    private @Nullable InetSocketAddress sender;
    private @Nullable InetSocketAddress receiver;
    private int receiversFamily;
    private int receiversLength;

    Datagrams() {
        ByteBuffer all = ByteBuffer.allocateDirect(BATCH * MOST_BYTES);
        long bytes = Libc.addressOf(all);
        for (int i = 0; i < BATCH; i++) {
            data[i] = all.slice(i * MOST_BYTES, MOST_BYTES);
            int vector = FIRST_VECTOR + i * VECTOR_BYTES;
            memory.putLong(vector, bytes + i * MOST_BYTES).putLong(vector + 8, MOST_BYTES);
            int header = i * HEADER_BYTES;
            memory.putLong(header, address + FIRST_SENDER + i * SENDER_BYTES);
            memory.putLong(header + VECTORS, address + vector).putLong(header + VECTOR_COUNT, 1);
        }
    }

    /**
     * Receives what is there.
     *
     * @param most a batch at most
     * @return how many; or −1 if there is none, or an error in place of the first
     */
    int receive(int fd, int most) {
        for (int i = 0; i < most; i++) {
            memory.putInt(i * HEADER_BYTES + NAME_LENGTH, Sockaddr.LENGTH);
        }
        return Libc.recvmmsg(fd, address, most, 0, 0);
    }

    /** One of those received; good until the next are. */
    ByteBuffer data(int index) {
        return data[index].clear().limit(memory.getInt(index * HEADER_BYTES + RECEIVED));
    }

    InetSocketAddress sender(int index) {
        int at = FIRST_SENDER + index * SENDER_BYTES;
        InetSocketAddress known = sender;
        if (known == null || !Sockaddr.equal(memory, at, LAST_SENDER)) {
            known = Sockaddr.read(memory, at, known);
            memory.put(LAST_SENDER, memory, at, SENDER_BYTES);
            sender = known;
        }
        return known;
    }

    /**
     * Sends one.
     *
     * @param bytes where it begins
     * @return −1 if it was not sent
     */
    long send(int fd, int family, long bytes, int length, InetSocketAddress to) {
        if (to != receiver || family != receiversFamily) {
            receiversLength = Sockaddr.write(memory, RECEIVER, family, to);
            receiversFamily = family;
            receiver = to;
        }
        return Libc.sendto(fd, bytes, length, Libc.MSG_NOSIGNAL, address + RECEIVER, receiversLength);
    }
}
