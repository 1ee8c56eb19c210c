package dev.anyloop.benchmarks.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import org.microhttp.EventLoop;
import org.microhttp.Header;
import org.microhttp.NoopLogger;
import org.microhttp.Options;
import org.microhttp.OptionsBuilder;
import org.microhttp.Response;

/** microhttp with one loop for connections, beside the one that accepts them. */
final class MicrohttpServer implements Subject {

    private static final byte[] BODY = Hello.TEXT.getBytes(StandardCharsets.US_ASCII);

    private volatile Response hello;

    @Override
    public void serve(Mode mode, IntConsumer listening) throws IOException {
        Hello.eachSecond(date -> hello = new Response(200, "OK", List.of(new Header("Content-Type", Hello.TYPE),
                new Header("Server", Hello.SERVER), new Header("Date", date)), BODY));
        Options options = OptionsBuilder.newBuilder().withHost("127.0.0.1").withPort(0).withAcceptLength(1024).withConcurrency(1).build();
        EventLoop server = new EventLoop(options, NoopLogger.instance(), (request, answer) -> answer.accept(hello));
        listening.accept(server.getPort());
        server.start();
    }
}
