package dev.anyloop.conformance.differential;

/**
 * One connection.
 *
 * @param refused whether the client connects to where nobody listens
 */
record Exchange(boolean refused, Script client, Script server) {

    Script script(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    Exchange with(Side side, Script script) {
        return side == Side.CLIENT ? new Exchange(refused, script, server) : new Exchange(refused, client, script);
    }
}
