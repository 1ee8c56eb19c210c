package dev.anyloop.conformance.differential;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/** A scenario under way between two loops, wherever they run. */
abstract class Run {

    /**
     * What came of it.
     *
     * @param connections for each connection what its ends saw
     * @param loops for each side what else its loop did
     */
    record Result(List<Map<Side, Trace>> connections, Map<Side, String> loops) {}

    private final Scenario scenario;
    private final Map<Side, LoopScript> loops = new EnumMap<>(Side.class);
    private final List<Map<Side, Endpoint>> ends = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();

    Run(Scenario scenario) {
        this.scenario = scenario;
        for (Side side : Side.values()) {
            loops.put(side, new LoopScript(scenario.chores(side)));
        }
        for (int i = 0; i < scenario.exchanges().size(); i++) {
            Exchange exchange = scenario.exchanges().get(i);
            Map<Side, Payload> payloads = Payload.ofBoth(scenario.seed(), i);
            Map<Side, Endpoint> both = new EnumMap<>(Side.class);
            for (Side side : Side.values()) {
                both.put(side, new Endpoint(loops.get(side), exchange.script(side), payloads.get(side), payloads.get(side.peer()),
                        exchange.script(side.peer()).size()));
            }
            ends.add(both);
        }
    }

    /** The address a server listens on, with any port. */
    abstract InetSocketAddress serverAddress();

    /** Where nobody listens, and nobody will. */
    abstract InetSocketAddress refusingAddress() throws IOException;

    final LoopScript loop(Side side) {
        return loops.get(side);
    }

    final Result result(Map<Side, String> chores) {
        List<Map<Side, Trace>> traces = new ArrayList<>();
        for (Map<Side, Endpoint> both : ends) {
            Map<Side, Trace> seen = new EnumMap<>(Side.class);
            both.forEach((side, end) -> seen.put(side, end.trace()));
            traces.add(seen);
        }
        return new Result(traces, chores);
    }

    /** A server for each connection, so that it is known which is which. */
    final void listen(EventLoop loop) throws IOException {
        for (int i = 0; i < ends.size(); i++) {
            if (scenario.exchanges().get(i).refused()) {
                addresses.add(refusingAddress());
                continue;
            }
            Map<Side, Endpoint> both = ends.get(i);
            ListenOptions options = ListenOptions.defaults().withSocket(options(i, Side.SERVER));
            Server server = loop.listen(serverAddress(), options, (same, socket) -> {
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
                loop(Side.SERVER).execute(server::close);
            } catch (RejectedExecutionException e) {
                // It was accepted, and all is over there.
            }
        }
    }

    final void connect(EventLoop loop) {
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
}
