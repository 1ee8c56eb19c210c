package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.ExceptionListener;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** Apache HttpCore, its classic server. */
final class HttpCore {

    private HttpCore() {}

    static int start() throws Exception {
        HttpServer server = ServerBootstrap.bootstrap()
                .setLocalAddress(InetAddress.getByName("127.0.0.1"))
                .setListenerPort(0)
                .setExceptionListener(ExceptionListener.NO_OP)
                .setRequestRouter((request, context) -> (asked, answer, at) -> {
                    String body = asked.getEntity() == null ? "" : new String(EntityUtils.toByteArray(asked.getEntity()), ISO_8859_1);
                    answer.setEntity(new StringEntity(asked.getMethod() + " " + body, ContentType.TEXT_PLAIN.withCharset(ISO_8859_1)));
                })
                .create();
        server.start();
        return server.getLocalPort();
    }
}
