package dev.anyloop.conformance;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Bugs of Unix-domain sockets, most of which some engine or other has. */
final class UnixMutants extends MutantTest {

    private static final int LONGEST = 106;

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofSeam("a path that was listened on is connectable only later", List.of("UNIX-001"), LateListener::new),
                Mutant.ofSeam("a path that was connected to is called unnamed", List.of("UNIX-002"), Nameless::new),
                Mutant.ofSeam("a path is as long as the one before", List.of("UNIX-001", "UNIX-002"), Overlapping::new),
                Mutant.ofSeam("a server that closes removes whatever lies at its path", List.of("UNIX-003"), Sweeper::new),
                Mutant.ofSeam("a server leaves its file behind", List.of("UNIX-003"), good -> new Listeners(good) {
                    @Override
                    void closed(Path path) {
                        write(path);
                    }
                }),
                Mutant.ofSeam("whatever lies at a path is removed before it is listened on", List.of("UNIX-004", "UNIX-005"),
                        Bulldozer::new),
                Mutant.ofApi("a leftover is never replaced", List.of("UNIX-005"),
                        listenOptions(options -> options.withReplaceLeftover(false))),
                Mutant.ofApi("permissions are forgotten", List.of("UNIX-006"),
                        listenOptions(options -> options.withPermissions(null))),
                Mutant.ofSeam("who is refused at a path is not permitted", List.of("UNIX-007"),
                        good -> new Connects(good, ErrorKind.PERMISSION_DENIED)),
                Mutant.ofSeam("a full backlog is a refusal", List.of("UNIX-008"),
                        good -> new Connects(good, ErrorKind.CONNECT_REFUSED)),
                Mutant.ofSeam("a backlog that was full once stays full", List.of("UNIX-008"), FullForEver::new),
                Mutant.ofApi("a path that is too long is cut", List.of("UNIX-009"), new Interception()
                        .on(EventLoop.class, "connect", UnixMutants::cut)
                        .on(EventLoop.class, "listen", UnixMutants::cut)));
    }

    private static Interception listenOptions(UnaryOperator<ListenOptions> change) {
        return new Interception().on(EventLoop.class, "listen", call -> {
            for (int i = 0; i < call.arguments.length; i++) {
                if (call.arguments[i] instanceof ListenOptions options) {
                    call.arguments[i] = change.apply(options);
                }
            }
            return call.proceed();
        });
    }

    private static Object cut(Interception.Call call) throws Throwable {
        if (call.arguments[0] instanceof UnixDomainSocketAddress address && address.toString().length() > LONGEST) {
            call.arguments[0] = UnixDomainSocketAddress.of(address.toString().substring(0, LONGEST));
        }
        return call.proceed();
    }

    /** Writes each over the one before, and not where it ends. */
    private static final class Overlapping extends BrokenTransport {
        private String memory = "";

        Overlapping(Transport good) {
            super(good);
        }

        private SocketAddress over(SocketAddress address) {
            if (!(address instanceof UnixDomainSocketAddress path)) {
                return address;
            }
            String text = path.toString();
            memory = text + memory.substring(Math.min(text.length(), memory.length()));
            return UnixDomainSocketAddress.of(memory);
        }

        @Override
        public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
                throws IOException {
            return super.connect(over(remote), local, options, events);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            return super.listen(over(local), options, events);
        }
    }

    // ---- listening ----

    private static class Listeners extends BrokenTransport {

        Listeners(Transport good) {
            super(good);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            Acceptor acceptor = super.listen(local, options, events);
            return !(local instanceof UnixDomainSocketAddress unix) ? acceptor : new Listening(acceptor) {
                @Override
                public void close() {
                    super.close();
                    closed(unix.getPath());
                }
            };
        }

        void closed(Path path) {}

        static void delete(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // a directory that is not empty
            }
        }

        static void write(Path path) {
            try {
                Files.createFile(path);
            } catch (IOException e) {
                // it is there
            }
        }
    }

    private static final class Sweeper extends Listeners {

        Sweeper(Transport good) {
            super(good);
        }

        @Override
        void closed(Path path) {
            delete(path);
        }
    }

    private static final class Bulldozer extends Listeners {

        Bulldozer(Transport good) {
            super(good);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            if (local instanceof UnixDomainSocketAddress unix) {
                delete(unix.getPath());
            }
            return super.listen(local, options, events);
        }
    }

    /** Accepts nobody. */
    private static final class LateListener extends BrokenTransport {

        LateListener(Transport good) {
            super(good);
        }

        @Override
        public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
            Acceptor acceptor = super.listen(local, options, events);
            if (local instanceof UnixDomainSocketAddress) {
                acceptor.pauseAccepting();
            }
            return acceptor;
        }
    }

    // ---- connecting ----

    private static final class Nameless extends BrokenTransport {

        Nameless(Transport good) {
            super(good);
        }

        @Override
        Link link(Connection connection) {
            return new Link(connection) {
                @Override
                public SocketAddress remoteAddress() {
                    SocketAddress remote = super.remoteAddress();
                    return remote instanceof UnixDomainSocketAddress ? UnixDomainSocketAddress.of("") : remote;
                }
            };
        }
    }

    /** What failed once fails again, at every path. */
    private static final class FullForEver extends BrokenTransport {

        private @Nullable IOException full;

        FullForEver(Transport good) {
            super(good);
        }

        @Override
        public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options,
                ConnectionEvents events) throws IOException {
            if (full != null && remote instanceof UnixDomainSocketAddress) {
                throw full;
            }
            try {
                return super.connect(remote, local, options, events);
            } catch (IOException e) {
                full = e;
                throw e;
            }
        }
    }

    /** Whatever fails at a path has one kind. */
    private static final class Connects extends BrokenTransport {

        private final ErrorKind kind;

        Connects(Transport good, ErrorKind kind) {
            super(good);
            this.kind = kind;
        }

        @Override
        public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options,
                ConnectionEvents events) throws IOException {
            try {
                return super.connect(remote, local, options, events);
            } catch (IOException e) {
                throw remote instanceof UnixDomainSocketAddress ? new EngineException(kind, "no") : e;
            }
        }
    }
}
