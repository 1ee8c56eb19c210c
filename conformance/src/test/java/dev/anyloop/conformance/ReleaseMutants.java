package dev.anyloop.conformance;

import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Transports that call a handle closed when it is not. */
final class ReleaseMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("who has closed is gone after a tenth of a second", List.of("CLOSE-003"),
                        new Interception().on(Socket.class, "close", call -> {
                            Socket socket = (Socket) call.target;
                            if (socket.isOpen() && socket.remoteAddress() != null) {
                                socket.loop().timer(Duration.ofMillis(100), timer -> socket.abort()).unref();
                            }
                            return call.proceed();
                        })),
                Mutant.ofSeam("a connection is called closed a poll too soon", List.of("CLOSE-006", "SEAM-006"),
                        good -> new Hasty(good) {
                            @Override
                            Events events(ConnectionEvents core) {
                                return new Events(core) {
                                    @Override
                                    public void closed() {
                                        stillOpen(Leak.descriptor());
                                        super.closed();
                                    }
                                };
                            }
                        }),
                Mutant.ofSeam("a server is called closed a poll too soon", List.of("CLOSE-006", "SEAM-006", "LISTEN-001"),
                        good -> new HastyWithServers(good) {
                            @Override
                            void keep(Closeable listener) {
                                stillOpen(listener);
                            }
                        }),
                Mutant.ofSeam("a server goes on listening when it is closed", List.of("LOOP-009", "SEAM-006"),
                        good -> new HastyWithServers(good) {
                            @Override
                            void keep(Closeable listener) {
                                Leak.of(listener);
                            }
                        }));
    }

    /** What it closes stays open until the next poll is over. */
    private static class Hasty extends BrokenTransport {
        private List<Closeable> open = new ArrayList<>();

        Hasty(Transport good) {
            super(good);
        }

        void stillOpen(Closeable handle) {
            open.add(handle);
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            List<Closeable> before = open;
            open = new ArrayList<>();
            try {
                return super.poll(timeoutNanos);
            } finally {
                closeAll(before);
            }
        }

        @Override
        public void close() {
            super.close();
            closeAll(open);
        }

        private static void closeAll(List<Closeable> handles) {
            try {
                for (Closeable handle : handles) {
                    handle.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Somebody listens on when a server is called closed. */
    private abstract static class HastyWithServers extends Hasty {

        HastyWithServers(Transport good) {
            super(good);
        }

        abstract void keep(Closeable listener);

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            SocketAddress[] bound = new SocketAddress[1];
            Acceptor acceptor = good.listen(local, options, new Accepting(events) {
                @Override
                public void closed() {
                    keep(Leak.listeningOn(bound[0]));
                    super.closed();
                }
            });
            bound[0] = acceptor.localAddress();
            return acceptor;
        }
    }
}
