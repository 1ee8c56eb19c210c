package dev.anyloop.conformance.differential;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** On a pair of real engines, each loop on a thread of its own. */
final class RealRun extends Run implements AutoCloseable {

    private final Map<Side, LoopThread> threads = new EnumMap<>(Side.class);
    /** Bound but not listening: nobody else gets the port, and connecting to it is refused. */
    private final List<SocketChannel> refusing = new ArrayList<>();

    private RealRun(Scenario scenario, Pair pair) {
        super(scenario);
        threads.put(Side.SERVER, new LoopThread(pair.server(), loop(Side.SERVER)));
        threads.put(Side.CLIENT, new LoopThread(pair.client(), loop(Side.CLIENT)));
    }

    static Result of(Scenario scenario, Pair pair) {
        try (RealRun run = new RealRun(scenario, pair)) {
            return run.play(pair.limit().toMillis());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Result play(long limitMillis) throws InterruptedException {
        threads.get(Side.SERVER).start(this::listen);
        threads.get(Side.CLIENT).start(this::connect);
        loop(Side.SERVER).submitTasks();
        loop(Side.CLIENT).submitTasks();
        Map<Side, String> chores = new EnumMap<>(Side.class);
        for (Map.Entry<Side, LoopThread> thread : threads.entrySet()) {
            chores.put(thread.getKey(), thread.getValue().end(limitMillis));
        }
        return result(chores);
    }

    @Override
    InetSocketAddress serverAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    InetSocketAddress refusingAddress() throws IOException {
        SocketChannel nobody = SocketChannel.open().bind(serverAddress());
        refusing.add(nobody);
        return (InetSocketAddress) nobody.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : refusing) {
            channel.close();
        }
    }
}
