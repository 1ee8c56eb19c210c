package dev.anyloop.sim;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Over TCP. */
class SimTckTest extends SimTck {

    @RegisterExtension
    static final Half HALF = new Half(false);
}
