package dev.anyloop.netty;

import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bound datagram socket as one of Netty's transports waits for it. Not one of Netty's datagram channels: they lose datagrams
 * without bytes, cut what is longer than was expected, and do not tell (decision 68).
 */
interface DatagramHandle extends IoHandle {

    /**
     * The loop waits for it from now on.
     *
     * @param port whom to tell what it finds ready
     */
    void registered(IoRegistration registration, NettyDatagramPort port) throws IOException;

    /** What it waits for; nothing at first. */
    void watch(boolean input, boolean output);

    /**
     * Receives a datagram.
     *
     * @param buffer a direct one with room for the longest; its position is moved behind what has come
     * @return who has sent it, or null if there is none
     */
    @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException;

    /**
     * Sends a datagram.
     *
     * @param to null for the peer, exactly if it is connected
     * @return how many bytes were sent; none if there is no room
     */
    int send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException;

    void connect(@Nullable InetSocketAddress peer) throws IOException;

    void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException;

    void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException;

    InetSocketAddress localAddress();

    /** Ends the waiting, then closes the descriptor and tells the port that it is {@link NettyDatagramPort#gone gone}. */
    void release();

    /** Likewise, because the loop is over. */
    @Override
    void close() throws IOException;

    /** Closes the descriptor alone: Netty does not know it, or its loop's thread is dead. */
    void closeDescriptor();
}
