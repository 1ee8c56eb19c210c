package dev.anyloop.core.transport;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Looks at {@linkplain HalfOpen half-open} connections for engines on the JDK's channels. The JDK has no way to ask for the
 * error of a socket, and a read after the end says "end" again, whatever came since. But its selectors tell of an error as of
 * whatever is wanted, and a channel that is connected is never ready to connect otherwise.
 */
public final class BrokenChannels {

    private BrokenChannels() {}

    /**
     * Which of the connections are broken.
     *
     * @param <C> the engine's connections
     * @param connections whose input has ended
     * @param channel of each: connected and not blocking. Passed over if its output was ended too, for that looks the same
     * @return none if there is no descriptor left to look with
     */
    public static <C> List<C> among(List<C> connections, Function<C, SocketChannel> channel) {
        List<C> broken = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (C connection : connections) {
                SocketChannel looked = channel.apply(connection);
                if (looked.getRemoteAddress() instanceof UnixDomainSocketAddress) {
                    if (isBroken(looked)) {
                        broken.add(connection);
                    }
                } else if (!looked.socket().isOutputShutdown()) {
                    looked.register(selector, SelectionKey.OP_CONNECT, connection);
                }
            }
            selector.selectNow(key -> broken.add(attached(key)));
        } catch (IOException e) {
            // For want of descriptors; the next look may have some.
        }
        return broken;
    }

    /** Of a path: there a read says what has come since the end. But a peer that merely closes looks broken to a selector. */
    private static boolean isBroken(SocketChannel looked) {
        try {
            looked.read(ByteBuffer.allocate(1));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @SuppressWarnings("unchecked")
    private static <C> C attached(SelectionKey key) {
        return (C) key.attachment();
    }
}
