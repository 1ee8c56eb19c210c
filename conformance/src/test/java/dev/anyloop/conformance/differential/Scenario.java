package dev.anyloop.conformance.differential;

import java.util.ArrayList;
import java.util.List;

/** A random program for two loops that talk to each other; the seed also says which bytes they send. */
record Scenario(long seed, List<Exchange> exchanges, Chores client, Chores server) {

    Chores chores(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    Scenario withExchange(int index, Exchange exchange) {
        List<Exchange> others = new ArrayList<>(exchanges);
        others.set(index, exchange);
        return new Scenario(seed, others, client, server);
    }

    Scenario withoutExchange(int index) {
        List<Exchange> others = new ArrayList<>(exchanges);
        others.remove(index);
        return new Scenario(seed, others, client, server);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < exchanges.size(); i++) {
            Exchange exchange = exchanges.get(i);
            text.append("  connection ").append(i).append(exchange.refused() ? ", refused" : "").append('\n');
            text.append("    client ").append(exchange.client()).append('\n');
            if (!exchange.refused()) {
                text.append("    server ").append(exchange.server()).append('\n');
            }
        }
        for (Side side : Side.values()) {
            if (!chores(side).equals(Chores.NONE)) {
                text.append("  ").append(side.name().toLowerCase()).append(' ').append(chores(side)).append('\n');
            }
        }
        return text.toString();
    }
}
