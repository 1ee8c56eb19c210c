package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.anyloop.SocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whose the buffer of a read is, when the read does not come to its end as most do. */
class NettyInputTest {

    private static final ByteBufAllocator ANY = ByteBufAllocator.DEFAULT;

    /** As Netty leaves a read that is cancelled: it releases the buffer, and tells nobody. */
    private static ByteBuf cancelledRead(NettyInput input) {
        ByteBuf buffer = input.allocate(ANY);
        buffer.release();
        return buffer;
    }

    @Test
    void aCancelledReadLeavesItsBufferToTheNext() {
        ReadBuffers buffers = new ReadBuffers(false);
        NettyInput input = new NettyInput(new NioSocketChannel(), buffers, false);
        input.resume();
        ByteBuf buffer = cancelledRead(input);
        assertEquals(1, buffer.refCnt());
        assertSame(buffer, cancelledRead(input));
        input.readComplete();
        buffers.close();
        assertEquals(0, buffer.refCnt());
    }

    /** The JDK has such an answer for a call that a signal interrupted, and Netty takes it for the end. */
    @Test
    void aReadThatWasInterruptedIsNoEnd() {
        ReadBuffers buffers = new ReadBuffers(true);
        NettyInput input = new NettyInput(new NioSocketChannel(), buffers, false);
        input.resume();
        input.lastBytesRead(-3);
        assertEquals(0, input.lastBytesRead());
        input.lastBytesRead(-1);
        assertEquals(-1, input.lastBytesRead());
        buffers.close();
    }

    @EachTransport
    void aLoopThatEndsWithoutHavingClosedItsChannelsFreesTheirBuffers(String name) throws IOException {
        ByteBuf buffer;
        try (Driver driver = new Driver(name)) {
            NettyTransport transport = driver.transport;
            DuplexChannel channel = EngineKind.named(name).newEngine().openSocket(null);
            NettyConnection connection = new NettyConnection(transport, channel, SocketOptions.defaults());
            transport.register(channel, connection);
            connection.resumeReading();
            buffer = cancelledRead((NettyInput) channel.config().getRecvByteBufAllocator().newHandle());
            assertEquals(1, buffer.refCnt());
            transport.close();
        }
        assertEquals(0, buffer.refCnt());
    }
}
