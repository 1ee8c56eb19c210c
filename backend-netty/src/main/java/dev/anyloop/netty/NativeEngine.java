package dev.anyloop.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What Netty's native transports have in common: channels that are sockets of the system. */
abstract class NativeEngine implements Engine {

    @Override
    public final boolean hasIpv6() {
        return Socket.isIPv6Preferred();
    }

    @Override
    public final ChannelOption<Boolean> reusePort() {
        return UnixChannelOption.SO_REUSEPORT;
    }

    /** Those of which the system has noted an error. */
    @Override
    public final List<NettyConnection> broken(List<NettyConnection> halfOpen) throws IOException {
        List<NettyConnection> broken = new ArrayList<>();
        for (NettyConnection connection : halfOpen) {
            if (socketOf(connection.channel()).getSoError() != 0) {
                broken.add(connection);
            }
        }
        return broken;
    }

    @Override
    public final void closeOrphan(Channel channel) throws IOException {
        socketOf(channel).close();
    }

    static Socket socketOf(Channel channel) {
        return (Socket) ((UnixChannel) channel).fd();
    }
}
