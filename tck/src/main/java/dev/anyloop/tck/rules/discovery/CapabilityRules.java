package dev.anyloop.tck.rules.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Lacks;
import java.net.UnixDomainSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/** Chapter DISC of the specification: what a backend says that it has, and what its loops do of the rest. */
public abstract class CapabilityRules extends Chapter {

    @Rule("DISC-004")
    void whatABackendHasStaysTheSame() {
        Set<Capability> declared = Set.copyOf(provider().capabilities());
        assertEquals(declared, provider().capabilities());
        withLoop(loop -> assertEquals(declared, provider().capabilities()));
    }

    @Rule("ERR-003")
    @Lacks(Capability.UNIX_SOCKETS)
    void unixSocketsAreRefusedByWhoHasNone() {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("nowhere.sock");
        withLoop(loop -> {
            assertRefused(loop, Capability.UNIX_SOCKETS, () -> loop.connect(address, ConnectOptions.defaults()));
            assertRefused(loop, Capability.UNIX_SOCKETS,
                    () -> loop.listen(address, ListenOptions.defaults(), (server, socket) -> { }));
        });
    }

    @Rule("ERR-003")
    @Lacks(Capability.DATAGRAMS)
    void datagramsAreRefusedByWhoHasNone() {
        withLoop(loop -> assertRefused(loop, Capability.DATAGRAMS, () -> loop.datagram(null, 0)));
    }

    @Rule("ERR-003")
    @Lacks(Capability.REUSE_PORT)
    void sharedPortsAreRefusedByWhoHasNone() {
        ListenOptions shared = ListenOptions.defaults().withReusePort(true);
        withLoop(loop -> assertRefused(loop, Capability.REUSE_PORT,
                () -> loop.listen(LOCALHOST, 0, shared, (server, socket) -> { })));
    }

    /** With words, and nothing is left of the call. */
    private static void assertRefused(EventLoop loop, Capability capability, Executable call) {
        UnsupportedOperationException refused = assertThrows(UnsupportedOperationException.class, call);
        String words = String.valueOf(refused.getMessage());
        assertTrue(words.contains(loop.backend()), "does not name the backend: " + words);
        assertTrue(words.contains(capability.toString()), "does not name what it lacks: " + words);
        assertEquals(0, loop.stats().connectingSockets() + loop.stats().servers() + loop.stats().datagramSockets());
    }
}
