package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that end in a way that no system can be brought to. */
class CompletionTest {

    private static final class Failures implements AcceptorEvents {

        private final List<String> told = new ArrayList<>();

        @Override
        public ConnectionEvents accepted(Connection connection) {
            return new Silent();
        }

        @Override
        public void acceptFailed(IOException cause) {
            told.add(cause.getMessage());
        }

        @Override
        public void closed() {}
    }

    /** Else it would be asked for again and again (LISTEN-009). Of receives the same number says that there is nothing to receive into. */
    @Test
    void anAcceptThatFailsForWantOfMemoryIsTold() throws IOException {
        UringTransport transport = new UringTransport(Features.probed());
        try {
            Failures events = new Failures();
            UringAcceptor acceptor =
                    (UringAcceptor) transport.listen(new InetSocketAddress("127.0.0.1", 0), ListenOptions.defaults(), events);
            acceptor.completed(0, -Errno.ENOBUFS, Ring.MORE_FOLLOWS);
            assertEquals(List.of("accept: " + Libc.message(Errno.ENOBUFS)), events.told);
            acceptor.completed(0, -Errno.ECANCELED, Ring.MORE_FOLLOWS);
            assertEquals(1, events.told.size());
        } finally {
            transport.close();
        }
    }
}
