package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CausesTest {

    @Test
    void whatTheJdkSaysIsLeftAsItIs() {
        ConnectException refused = new ConnectException("Connection refused");
        assertSame(refused, Causes.system(new ChannelException(refused)));
    }

    @Test
    void aNumberTellsTheKind() {
        IOException cause = Causes.system(new IOException("send(..) failed with error(-32): Broken pipe"));
        assertEquals(ErrorKind.CONNECTION_RESET, assertInstanceOf(EngineException.class, cause).kind(Operation.WRITE));
        assertEquals("Broken pipe", cause.getMessage());
    }

    @Test
    void aTimeoutMeansWhatWasBeingDone() {
        IOException cause = Causes.system(new ConnectException("connect(..) failed with error(-110): Zu lange"));
        EngineException numbered = assertInstanceOf(EngineException.class, cause);
        assertEquals(ErrorKind.CONNECT_TIMEOUT, numbered.kind(Operation.CONNECT));
        assertEquals(ErrorKind.CONNECTION_RESET, numbered.kind(Operation.READ));
        assertEquals("Zu lange", cause.getMessage());
    }

    @Test
    void aFaultOfAProgramIsNotTheSystems() {
        assertFalse(Causes.isSystems(new ChannelException(new IllegalStateException())));
    }

    @EachTransport
    void aRefusedConnectionSpeaksTheSystemsWords(String transport) throws IOException {
        try (Socket nobody = new Socket(); Driver driver = new Driver(transport)) {
            nobody.bind(Driver.local(0)); // and does not listen
            SocketAddress unused = nobody.getLocalSocketAddress();
            IOException[] failure = new IOException[1];
            Recorder events = new Recorder(cause -> failure[0] = cause);
            driver.transport.connect(unused, null, SocketOptions.defaults(), events);
            driver.pollUntil(() -> events.has("failed"));
            IOException ofJdk = assertThrows(IOException.class, () -> new Socket().connect(unused));
            assertEquals(ofJdk.getMessage(), failure[0].getMessage());
        }
    }

    @EachTransport
    void anAddressNettyCannotUseIsAnIOException(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            SocketAddress strange = new SocketAddress() { };
            assertThrows(IOException.class,
                    () -> driver.transport.connect(strange, null, SocketOptions.defaults(), new Recorder()));
        }
    }
}
