package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Descriptors of which Netty has made no channel. */
class AcceptedDescriptorTest {

    private static final int NOBODY_TO_ACCEPT = -1;

    private final ForgottenDescriptors forgotten = new ForgottenDescriptors();
    private final AcceptedDescriptor accepted =
            new AcceptedDescriptor((ExtendedHandle) new ServerChannelRecvByteBufAllocator().newHandle(), forgotten);

    private static Socket socket() {
        assumeTrue(Epoll.isAvailable(), "no native transport here");
        return Socket.newSocketStream();
    }

    private static boolean isOpen(Socket socket) {
        return Files.exists(Path.of("/proc/self/fd", "" + socket.intValue()), LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void oneThatIsForgottenIsClosedOnce() throws IOException {
        Socket socket = socket();
        accepted.lastBytesRead(socket.intValue());
        accepted.closeForgotten();
        assertFalse(isOpen(socket));
        Socket another = socket(); // likely of the same number
        accepted.closeForgotten();
        assertTrue(isOpen(another));
        another.close();
    }

    /** Because there was no memory to say so. */
    @Test
    void thoseThatNobodySaysAreForgottenAreClosedWithTheNext() throws IOException {
        List<Socket> sockets = Stream.generate(AcceptedDescriptorTest::socket).limit(300).toList();
        sockets.forEach(socket -> accepted.lastBytesRead(socket.intValue()));
        accepted.lastBytesRead(NOBODY_TO_ACCEPT);
        assertTrue(sockets.stream().allMatch(AcceptedDescriptorTest::isOpen));
        forgotten.close();
        assertFalse(sockets.stream().anyMatch(AcceptedDescriptorTest::isOpen));
    }

    @Test
    void oneThatHasAChannelIsTheChannels() throws IOException {
        Socket socket = socket();
        accepted.lastBytesRead(socket.intValue());
        accepted.taken();
        accepted.lastBytesRead(NOBODY_TO_ACCEPT);
        accepted.closeForgotten();
        assertTrue(isOpen(socket));
        socket.close();
    }
}
