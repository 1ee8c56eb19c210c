package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Undertow, with its receiver of whole bodies. */
final class Undertow {

    private Undertow() {}

    static int start() {
        io.undertow.Undertow server = io.undertow.Undertow.builder().addHttpListener(0, "127.0.0.1")
                .setHandler(exchange -> exchange.getRequestReceiver().receiveFullBytes((at, body) -> at.getResponseSender()
                        .send(ByteBuffer.wrap((at.getRequestMethod() + " " + new String(body, ISO_8859_1)).getBytes(ISO_8859_1)))))
                .build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }
}
