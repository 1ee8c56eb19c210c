package dev.anyloop.tck.rules.unix;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.SocketChapter;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A chapter whose sockets and peers are all at paths. */
abstract class UnixChapter extends SocketChapter {

    @Override
    protected final Medium medium() {
        return Medium.UNIX;
    }

    /** At which nothing is. */
    final UnixDomainSocketAddress fresh() {
        return (UnixDomainSocketAddress) address(0);
    }

    static Path path(Server server) {
        return ((UnixDomainSocketAddress) server.localAddress()).getPath();
    }

    static boolean isThere(Path path) {
        return Files.exists(path, NOFOLLOW_LINKS);
    }

    /** Of a server that is gone without having been closed, or one that is not listened on yet. */
    final UnixDomainSocketAddress leftover() {
        return (UnixDomainSocketAddress) address(refusingPort());
    }

    final Server serve(EventLoop loop, UnixDomainSocketAddress address, ListenOptions options) {
        return loop.listen(address, options, (server, socket) -> accepted(socket, accepted -> {
            socket.write("hello");
            socket.close();
        }));
    }

    /** It is closed when it has served: what waits in its backlog would be reset. */
    final void assertServesAndClose(Server server) {
        Peer client = client(port(server));
        helper(() -> {
            assertEquals("hello", client.readAllText());
            server.loop().execute(server::close);
        });
    }

    final NetworkException assertNotListenedOn(
            EventLoop loop, ErrorKind kind, UnixDomainSocketAddress address, ListenOptions options) {
        int before = loop.stats().servers();
        NetworkException refused = assertThrows(NetworkException.class, () -> serve(loop, address, options));
        assertEquals(kind + " " + Operation.LISTEN + " " + address + " -1",
                refused.kind() + " " + refused.operation() + " " + refused.host() + " " + refused.port(), refused.toString());
        assertEquals(before, loop.stats().servers());
        return refused;
    }
}
