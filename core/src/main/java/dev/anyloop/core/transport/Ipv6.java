package dev.anyloop.core.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;

/** Whether the JDK has IPv6, which it finds out when it starts: from the system and java.net.preferIPv4Stack. */
final class Ipv6 {

    static final boolean OF_JDK = ask();

    private Ipv6() {}

    private static boolean ask() {
        try {
            SocketChannel.open(StandardProtocolFamily.INET6).close();
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            return true; // it would have, with a descriptor left
        }
    }
}
