package dev.anyloop.nio;

import dev.anyloop.core.transport.Transport;
import java.io.IOException;

/** The transport of the NIO backend, which its module does not show: a good one to break. */
public final class NioSeam {

    private NioSeam() {}

    public static Transport open() throws IOException {
        return new NioTransport();
    }
}
