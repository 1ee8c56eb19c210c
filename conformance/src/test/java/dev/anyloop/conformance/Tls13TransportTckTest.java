package dev.anyloop.conformance;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.nio.NioSeam;
import dev.anyloop.sim.crypto.CheapCrypto;
import dev.anyloop.tck.TransportTck;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.Over;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * TLS 1.3 is a connection over a connection, and keeps what the seam promises of one: core does, whatever the ciphers are, which are
 * the real ones in the kit of each engine.
 */
@Over(Medium.TLS_1_3)
class Tls13TransportTckTest extends TransportTck {

    @BeforeAll
    static void computeLittle() {
        CheapCrypto.install();
    }

    @AfterAll
    static void computeAgain() {
        CheapCrypto.remove();
    }

    @Override
    protected Transport open() throws IOException {
        return new SecuredTransport(NioSeam.open(), Medium.TLS_1_3);
    }

    @Override
    protected Path report() {
        return null; // it is nobody's backend
    }
}
