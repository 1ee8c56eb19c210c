package dev.anyloop.netty;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of Unix-domain sockets as Netty's native transports have them. They remove whatever lies at a path before they bind it, and
 * again when they close; files are core's to remove (UNIX-003, UNIX-004). Cannot be loaded without what those transports share.
 */
final class Paths {

    /** What a channel is to bind. */
    private static final class Bindable extends DomainSocketAddress {

        private static final long serialVersionUID = 1L;

        private final transient UnixDomainSocketAddress address;
        private boolean hidden;

        private Bindable(UnixDomainSocketAddress address) {
            super(address.toString());
            this.address = address;
        }

        /**
         * To be called just before it is bound: fails if anything lies there, and else there is a socket that Netty may remove, and
         * nobody else can bind meanwhile.
         */
        void claim() throws IOException {
            try (SocketChannel claim = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                claim.bind(address);
            }
        }

        /** To be called when it is bound: Netty, which remembers this object, finds no file to remove any more. */
        void hide() {
            hidden = true;
        }

        @Override
        public String path() {
            return hidden ? "" : super.path();
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private Paths() {}

    static SocketAddress toConnect(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress) {
            check(address.toString(), System.getProperty("sun.jnu.encoding"));
            return new DomainSocketAddress(address.toString());
        }
        return address;
    }

    /**
     * Netty writes every path in UTF-8, whatever the JDK and the rest of the system do: it would be another file's.
     *
     * @param encoding the JDK's for paths
     */
    static void check(String path, String encoding) throws IOException {
        if (!Arrays.equals(path.getBytes(StandardCharsets.UTF_8), path.getBytes(Charset.forName(encoding)))) {
            throw new EngineException(ErrorKind.OTHER, "Netty's native transports write paths in UTF-8, and this process runs in "
                    + encoding + ": " + path + " (use Netty's nio, or start Java in a locale of UTF-8)");
        }
    }

    static void bind(ServerChannel channel, SocketAddress address, ChannelPromise binding) throws IOException {
        if (address instanceof UnixDomainSocketAddress unix) {
            check(unix.toString(), System.getProperty("sun.jnu.encoding"));
            Bindable path = new Bindable(unix);
            path.claim();
            channel.unsafe().bind(path, binding);
            path.hide();
        } else {
            channel.unsafe().bind(address, binding);
        }
    }

    /**
     * As others have them. A name that is no path, which Linux has as well, the JDK cannot express, nor one with bytes that are no
     * characters here; it is none (UNIX-002).
     */
    static @Nullable SocketAddress fromNetty(@Nullable SocketAddress address) {
        return address instanceof DomainSocketAddress named ? fromNetty(named.path()) : address;
    }

    private static UnixDomainSocketAddress fromNetty(String name) {
        try {
            return UnixDomainSocketAddress.of(name.startsWith("\0") ? "" : name);
        } catch (InvalidPathException e) {
            return UNNAMED;
        }
    }
}
