package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;

/** Chapter CONN of the specification, in a network that is soon tired of connecting: see {@link Elsewhere}. */
public abstract class SystemTimeoutRules extends SocketChapter {

    private static final Path RETRIES = Path.of("/proc/sys/net/ipv4/tcp_syn_retries");

    @Rule({"ERR-002", "CONN-003"})
    void theSystemsOwnConnectTimeoutIsOneAsWell() throws IOException {
        String retries = Files.readAllLines(RETRIES).get(0); // readString() reads one digit of it
        Assumptions.assumeTrue(retries.equals("1"), "the system is patient");
        int port = silentPort();
        ConnectOptions patient = ConnectOptions.defaults().withConnectTimeout(Duration.ofHours(1));
        RecordedSocket socket = withSocket(loop -> record(loop.connect(LOCALHOST, port, patient)));
        assertEquals("error close", socket.trace());
        assertFailed(ErrorKind.CONNECT_TIMEOUT, socket);
        assertFalse(socket.expectedError().getCause() instanceof SocketTimeoutException, "it was not the system's");
    }
}
