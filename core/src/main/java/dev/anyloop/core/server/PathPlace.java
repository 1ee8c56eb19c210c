package dev.anyloop.core.server;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** A path: its file is made by binding, and has to be removed by somebody. */
final class PathPlace implements Place {

    // set once
    private final UnixDomainSocketAddress address;
    private final SocketFiles files;
    // loop thread
    private SocketFiles.@Nullable Bound file;

    PathPlace(UnixDomainSocketAddress address, SocketFiles files) {
        this.address = address;
        this.files = files;
    }

    @Override
    public Acceptor bind(Transport transport, ListenOptions options, AcceptorEvents events) throws IOException {
        return files.listen(address.getPath(), options.replaceLeftover(), () -> transport.listen(address, options, events));
    }

    @Override
    public void settle(ListenOptions options) throws IOException {
        file = files.bound(address.getPath()); // first: who fails below removes it
        if (file != null && options.permissions() != null) {
            file.permit(options.permissions());
        }
    }

    /** While the server still has its descriptor: as long as that is so, no other file is taken for its own (UNIX-003). */
    @Override
    public void leave() {
        if (file != null) {
            file.remove();
        }
    }
}
