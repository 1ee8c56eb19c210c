package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** Jetty's server without servlets. */
final class Jetty {

    private Jetty() {}

    static int start() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                String body = new String(Content.Source.asInputStream(request).readAllBytes(), ISO_8859_1);
                response.write(true, ByteBuffer.wrap((request.getMethod() + " " + body).getBytes(ISO_8859_1)), callback);
                return true;
            }
        });
        server.start();
        return connector.getLocalPort();
    }
}
