package dev.anyloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import org.junit.jupiter.api.Test;

class NioEventLoopProviderTest {

    private final NioEventLoopProvider provider = new NioEventLoopProvider();

    @Test
    void itIsAvailableAndTellsOnWhatItRuns() {
        Availability availability = provider.availability();
        assertTrue(availability.available());
        assertTrue(availability.detail().startsWith("JDK " + System.getProperty("java.version")),
                availability.detail());
    }

    @Test
    void aTransportIsRefusedWithItsNameAndTheWayOut() {
        LoopOptions options = LoopOptions.defaults().withTransport("epoll");
        String message = assertThrows(IllegalArgumentException.class, () -> provider.open(options)).getMessage();
        assertEquals("Backend nio has no transport \"epoll\" "
                + "(leave the transport out: the JDK has one kind of selector per system)", message);
    }
}
