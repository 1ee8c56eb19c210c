package dev.anyloop.sim;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Over TLS and at paths. */
class SimOverOthersTckTest extends SimTck {

    @RegisterExtension
    static final Half HALF = new Half(true);
}
