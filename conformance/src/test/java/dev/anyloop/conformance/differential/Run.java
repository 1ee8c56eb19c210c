package dev.anyloop.conformance.differential;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/** A scenario on a real pair of loops, each on a thread of its own. */
final class Run implements AutoCloseable {

    /**
     * What came of it.
     *
     * @param connections for each connection what its ends saw
     * @param loops for each side what else its loop did
     */
    record Result(List<Map<Side, Trace>> connections, Map<Side, String> loops) {}

    private final Scenario scenario;
    private final Map<Side, LoopThread> threads = new EnumMap<>(Side.class);
    private final List<Map<Side, Endpoint>> ends = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    /** Bound but not listening: nobody else gets the port, and connecting to it is refused. */
    private final List<SocketChannel> refusing = new ArrayList<>();

    private Run(Scenario scenario, Pair pair) {
        this.scenario = scenario;
        threads.put(Side.SERVER, new LoopThread(pair.server(), scenario.server()));
        threads.put(Side.CLIENT, new LoopThread(pair.client(), scenario.client()));
        for (int i = 0; i < scenario.exchanges().size(); i++) {
            Map<Side, Endpoint> both = new EnumMap<>(Side.class);
            for (Side side : Side.values()) {
                both.put(side, endpoint(i, side));
            }
            ends.add(both);
        }
    }

    private Endpoint endpoint(int index, Side side) {
        Exchange exchange = scenario.exchanges().get(index);
        return new Endpoint(threads.get(side), exchange.script(side), scenario.payload(index, side),
                scenario.payload(index, side.peer()), exchange.script(side.peer()).size());
    }

    static Result of(Scenario scenario, Pair pair) {
        try (Run run = new Run(scenario, pair)) {
            return run.result(pair.limit().toMillis());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Result result(long limitMillis) throws InterruptedException {
        threads.get(Side.SERVER).start(this::listen);
        threads.get(Side.CLIENT).start(this::connect);
        threads.values().forEach(LoopThread::submitTasks);
        Map<Side, String> loops = new EnumMap<>(Side.class);
        for (Map.Entry<Side, LoopThread> thread : threads.entrySet()) {
            loops.put(thread.getKey(), thread.getValue().end(limitMillis));
        }
        List<Map<Side, Trace>> traces = new ArrayList<>();
        for (Map<Side, Endpoint> both : ends) {
            Map<Side, Trace> seen = new EnumMap<>(Side.class);
            both.forEach((side, end) -> seen.put(side, end.trace()));
            traces.add(seen);
        }
        return new Result(traces, loops);
    }

    /** A server for each connection, so that it is known which is which. */
    private void listen(EventLoop loop) throws IOException {
        for (int i = 0; i < ends.size(); i++) {
            if (scenario.exchanges().get(i).refused()) {
                SocketChannel nobody = SocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                refusing.add(nobody);
                addresses.add((InetSocketAddress) nobody.getLocalAddress());
                continue;
            }
            Map<Side, Endpoint> both = ends.get(i);
            ListenOptions options = ListenOptions.defaults().withSocket(options(i, Side.SERVER));
            Server server = loop.listen("127.0.0.1", 0, options, (same, socket) -> {
                same.close();
                both.get(Side.SERVER).accepted(socket);
            });
            addresses.add((InetSocketAddress) server.localAddress());
            both.get(Side.CLIENT).onClosed(() -> giveUp(server, both.get(Side.CLIENT)));
        }
    }

    /** Nobody may ever be accepted where the client gave up. */
    private void giveUp(Server server, Endpoint client) {
        if (client.wasGivenUp()) {
            try {
                threads.get(Side.SERVER).execute(server::close);
            } catch (RejectedExecutionException e) {
                // It was accepted, and all is over there.
            }
        }
    }

    private void connect(EventLoop loop) {
        for (int i = 0; i < ends.size(); i++) {
            InetSocketAddress address = addresses.get(i);
            ConnectOptions options = ConnectOptions.defaults().withSocket(options(i, Side.CLIENT));
            Endpoint end = ends.get(i).get(Side.CLIENT);
            loop.execute(() -> end.connecting(loop.connect(address, options)));
        }
    }

    private SocketOptions options(int index, Side side) {
        Script script = scenario.exchanges().get(index).script(side);
        return SocketOptions.defaults()
                .withAllowHalfOpen(script.allowHalfOpen())
                .withBufferSizes(script.bufferSize(), script.bufferSize());
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : refusing) {
            channel.close();
        }
    }
}
