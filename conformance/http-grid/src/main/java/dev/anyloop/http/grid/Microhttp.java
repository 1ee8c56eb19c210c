package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import org.microhttp.EventLoop;
import org.microhttp.NoopLogger;
import org.microhttp.OptionsBuilder;
import org.microhttp.Response;

/** microhttp. */
final class Microhttp {

    private Microhttp() {}

    static int start() throws Exception {
        EventLoop loop = new EventLoop(OptionsBuilder.newBuilder().withHost("127.0.0.1").withPort(0).withConcurrency(1).build(),
                NoopLogger.instance(), (request, answer) -> {
                    String body = request.body() == null ? "" : new String(request.body(), ISO_8859_1);
                    answer.accept(new Response(200, "OK", List.of(), (request.method() + " " + body).getBytes(ISO_8859_1)));
                });
        loop.start();
        return loop.getPort();
    }
}
