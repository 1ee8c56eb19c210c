package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class NetworkExceptionTest {

    private static String message(ErrorKind kind, Operation operation, String host, int port, IOException cause) {
        return new NetworkException(kind, operation, host, port, cause).getMessage();
    }

    @Test
    void itKeepsWhatItWasGiven() {
        IOException cause = new ConnectException("Connection refused: /10.0.0.1:80");
        NetworkException e = new NetworkException(ErrorKind.CONNECT_REFUSED, Operation.CONNECT, "db", 80, cause);
        assertEquals(ErrorKind.CONNECT_REFUSED, e.kind());
        assertEquals(Operation.CONNECT, e.operation());
        assertEquals("db", e.host());
        assertEquals(80, e.port());
        assertSame(cause, e.getCause());
    }

    @Test
    void itSaysWhatWhereAndWhyButNotInTheWordsOfTheEngine() {
        assertEquals("connect db:80: connect refused", message(ErrorKind.CONNECT_REFUSED, Operation.CONNECT, "db", 80,
                new ConnectException("Connection refused: /10.0.0.1:80")));
    }

    @Test
    void anAddressOfIpv6StandsInBrackets() {
        IOException cause = new IOException("Broken pipe");
        assertEquals("write [2001:db8::1]:80: connection reset",
                message(ErrorKind.CONNECTION_RESET, Operation.WRITE, "2001:db8::1", 80, cause));
        assertEquals("write [2001:db8::1]:80: connection reset",
                message(ErrorKind.CONNECTION_RESET, Operation.WRITE, "[2001:db8::1]", 80, cause));
    }

    @Test
    void whatIsNoAddressStandsAsItIs() {
        IOException cause = new IOException("unknown");
        assertEquals("connect http://db:80: dns failure",
                message(ErrorKind.DNS_FAILURE, Operation.CONNECT, "http://db", 80, cause));
    }

    @Test
    void whereThereIsMoreToTellThatEndsTheMessage() {
        assertEquals("read db:80: read timeout, nothing received for 5 s", new NetworkException(ErrorKind.READ_TIMEOUT,
                Operation.READ, "db", 80, "nothing received for 5 s", new SocketTimeoutException()).getMessage());
    }

    @Test
    void whatHasNoKindIsSaidInTheWordsOfTheEngine() {
        assertEquals("accept 0.0.0.0:80: other, Protocol error",
                message(ErrorKind.OTHER, Operation.ACCEPT, "0.0.0.0", 80, new IOException("Protocol error")));
        assertEquals("accept 0.0.0.0:80: other, ConnectException",
                message(ErrorKind.OTHER, Operation.ACCEPT, "0.0.0.0", 80, new ConnectException()));
    }

    @Test
    void itNeedsACause() {
        NullPointerException e = assertThrows(NullPointerException.class,
                () -> new NetworkException(ErrorKind.OTHER, Operation.READ, "db", 80, null));
        assertEquals("cause", e.getMessage());
    }

    @Test
    void itCanBeSerialized() throws Exception {
        NetworkException e = new NetworkException(
                ErrorKind.DNS_FAILURE, Operation.CONNECT, "db.invalid", 80, new IOException("unknown"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(e);
        NetworkException copy = (NetworkException)
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertEquals(e.getMessage(), copy.getMessage());
        assertEquals(ErrorKind.DNS_FAILURE, copy.kind());
        assertEquals(Operation.CONNECT, copy.operation());
    }

    @Test
    void operationsAreSaidInLowerCase() {
        assertEquals("connect", Operation.CONNECT.toString());
        assertEquals("close", Operation.CLOSE.toString());
    }
}
