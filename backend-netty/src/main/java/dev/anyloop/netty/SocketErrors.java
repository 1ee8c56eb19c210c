package dev.anyloop.netty;

import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the system has noted of the sockets of Netty's native transports. */
final class SocketErrors {

    private SocketErrors() {}

    /** Those of which it has noted an error. */
    static List<NettyConnection> among(List<NettyConnection> connections) throws IOException {
        List<NettyConnection> broken = new ArrayList<>();
        for (NettyConnection connection : connections) {
            Socket socket = (Socket) ((UnixChannel) connection.channel()).fd();
            if (socket.getSoError() != 0) {
                broken.add(connection);
            }
        }
        return broken;
    }
}
