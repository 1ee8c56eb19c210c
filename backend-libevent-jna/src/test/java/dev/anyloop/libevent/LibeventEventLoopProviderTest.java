package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibeventEventLoopProviderTest {

    private final LibeventEventLoopProvider provider = new LibeventEventLoopProvider();

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @Test
    void itTellsTheVersionTheFileAndHowItWaits() {
        String detail = provider.availability().detail();
        String pattern = "libevent 2\\.\\S+ \\(/\\S+, JNA 5\\.\\S+\\), (e?poll|epoll \\(with changelist\\))";
        assertTrue(detail.matches(pattern), detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "epoll-changelist", "poll"})
    void itOpensWithTheTransportOfThatName(String transport) {
        EventLoop loop = provider.open(LoopOptions.defaults().withTransport(transport));
        assertEquals("libevent", loop.backend());
        loop.close();
    }

    @Test
    void anUnknownTransportIsRefused() {
        LoopOptions options = LoopOptions.defaults().withTransport("kqueue");
        assertThrows(IllegalArgumentException.class, () -> provider.open(options));
    }
}
