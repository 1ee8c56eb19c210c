package dev.anyloop.core;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.core.net.AddressException;
import dev.anyloop.core.net.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the calls of a loop may be given as addresses, and with them as options. Anything else is misuse, and throws. */
final class Arguments {

    private Arguments() {}

    static void checkPort(int port, int least) {
        if (port < least || port > 65_535) {
            throw new IllegalArgumentException("port out of range " + least + " to 65535: " + port);
        }
    }

    static InetSocketAddress inet(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalArgumentException("neither an internet address nor a path: " + address
                + " (use an InetSocketAddress or a UnixDomainSocketAddress)");
    }

    static InetSocketAddress local(SocketAddress address) {
        InetSocketAddress local = inet(address);
        if (local.isUnresolved()) {
            throw new IllegalArgumentException("address is not resolved: " + local.getHostString()
                    + " (use an address of this machine)");
        }
        return local;
    }

    /** Names are not resolved here: it would block the loop, and a server's own address is seldom a name. */
    static InetSocketAddress local(@Nullable String host, int port) {
        checkPort(port, 0);
        String text = host == null ? "0.0.0.0" : host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
        String why = "";
        try {
            InetAddress literal = Addresses.literal(text);
            if (literal != null) {
                return new InetSocketAddress(literal, port);
            }
        } catch (AddressException e) {
            why = ", " + e.getMessage();
        }
        throw new IllegalArgumentException("host is not a literal address: \"" + host + "\"" + why
                + " (use an address of this machine, \"localhost\", or null for 0.0.0.0)");
    }

    static void checkFit(UnixDomainSocketAddress path, ConnectOptions options) {
        if (options.localAddress() != null) {
            throw new IllegalArgumentException("localAddress " + Addresses.format(options.localAddress())
                    + " to connect to the path " + path + " from (leave it out)");
        }
    }

    static void checkFit(SocketAddress local, ListenOptions options) {
        boolean isPath = local instanceof UnixDomainSocketAddress;
        if (isPath && options.reusePort()) {
            throw new IllegalArgumentException(
                    "reusePort of " + Addresses.format(local) + ", which is a path (listen on it once, on one loop)");
        } else if (!isPath && options.permissions() != null) {
            throw new IllegalArgumentException("permissions " + PosixFilePermissions.toString(options.permissions())
                    + " of " + Addresses.format(local) + ", which is no path (use a UnixDomainSocketAddress)");
        }
    }
}
