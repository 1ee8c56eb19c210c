package dev.anyloop.http;

/** How long a connection of a client waits for what it waits for now. */
final class Patience {

    // set once
    private final HttpClient client;
    // loop thread
    private ClientExchange.Phase phase = ClientExchange.Phase.OTHERS;
    private long deadline = Ticks.NEVER;

    Patience(HttpClient client) {
        this.client = client;
    }

    /** For nothing. */
    void rest() {
        phase = ClientExchange.Phase.OTHERS;
        deadline = Ticks.NEVER;
    }

    /** For the next request. */
    void keep() {
        deadline = client.in(client.options().idleTimeout());
    }

    /** A deadline counts from when its phase began, and that of a body from its last byte. */
    void wait(ClientExchange.Phase now) {
        if (phase == now && now != ClientExchange.Phase.BODY) {
            return;
        }
        phase = now;
        ClientOptions options = client.options();
        deadline = switch (now) {
            case CONTINUE -> client.in(options.continueTimeout());
            case HEAD -> client.in(options.headTimeout());
            case BODY -> client.in(options.bodyTimeout());
            case OTHERS -> Ticks.NEVER;
        };
    }

    /** Something else has a deadline, or nothing. */
    boolean isOthers() {
        return phase == ClientExchange.Phase.OTHERS;
    }

    long deadline() {
        return deadline;
    }

    void expire(ClientExchange exchange) throws Exception {
        if (phase == ClientExchange.Phase.CONTINUE) {
            exchange.goOn();
        } else {
            exchange.call().fail(HttpFailure.TIMEOUT, phase == ClientExchange.Phase.HEAD
                    ? "no answer within " + client.options().headTimeout()
                    : "nothing more of the body within " + client.options().bodyTimeout(), null);
        }
    }
}
