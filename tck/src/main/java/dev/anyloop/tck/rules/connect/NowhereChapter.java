package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is the same of every address that leads nowhere. */
abstract class NowhereChapter extends SocketChapter {

    private static void assertUnreachable(String host, RecordedSocket socket) {
        assertEquals("error close", socket.trace(), host);
        NetworkException error = socket.expectedError();
        assertEquals(ErrorKind.UNREACHABLE + " " + Operation.CONNECT + " " + host,
                error.kind() + " " + error.operation() + " " + error.host());
        assertInstanceOf(IOException.class, error.getCause());
    }

    final void assertAllUnreachable(List<String> hosts, int port) {
        Map<String, RecordedSocket> sockets = new LinkedHashMap<>();
        withLoop(loop -> hosts.forEach(host -> {
            RecordedSocket socket = record(loop.connect(host, port));
            sockets.put(host, socket);
            assertEquals("", socket.trace(), "called back inside the call");
        }));
        sockets.forEach(NowhereChapter::assertUnreachable);
    }

    final RecordedSocket connectFrom(EventLoop loop, String local, String host, int port) {
        ConnectOptions options = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(local, 0));
        return record(loop.connect(host, port, options)).onConnect(Socket::close);
    }

    static NetworkException assertNotAvailable(EventLoop loop, String host) {
        NetworkException error = assertThrows(NetworkException.class,
                () -> loop.listen(host, 0, (server, socket) -> {}), host);
        assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE + " " + Operation.LISTEN + " " + host,
                error.kind() + " " + error.operation() + " " + error.host());
        assertEquals(0, loop.stats().servers(), host);
        return error;
    }
}
