package dev.anyloop.conformance;

import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.spi.Availability;
import java.net.SocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Bugs of providers. */
final class ProviderMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofProvider("a provider has another name than its loops", List.of("DISC-001"), new BrokenProvider() {
                    @Override
                    public String name() {
                        return "nio2";
                    }
                }),
                Mutant.ofProvider("a provider shouts its name", List.of("DISC-001"), new BrokenProvider() {
                    @Override
                    public String name() {
                        return "NIO";
                    }
                }),
                Mutant.ofProvider("a provider does not say what it runs on", List.of("DISC-002"), new BrokenProvider() {
                    @Override
                    public Availability availability() {
                        return Availability.yes("");
                    }
                }),
                Mutant.ofProvider("a provider throws when it is asked", List.of("DISC-002"), new BrokenProvider() {
                    @Override
                    public Availability availability() {
                        throw new UnsatisfiedLinkError("no such library");
                    }
                }),
                Mutant.ofSeam("a provider is available on a library whose version is noticed later", List.of("DISC-003"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) {
                                throw new NoSuchMethodError("listen");
                            }
                        }),
                Mutant.ofProvider("a provider that is available does not open", List.of("DISC-003"), new BrokenProvider() {
                    @Override
                    public EventLoop open(LoopOptions options) {
                        throw new UnsatisfiedLinkError("no such library");
                    }
                }),
                Mutant.ofProvider("a provider has something now and then", List.of("DISC-004"), new BrokenProvider() {
                    private boolean asked;

                    @Override
                    public Set<Capability> capabilities() {
                        asked = !asked;
                        return asked ? EnumSet.allOf(Capability.class) : Set.of();
                    }
                }),
                Mutant.ofProvider("a provider says nothing of what it has", List.of("ERR-003"), new BrokenProvider() {
                    @Override
                    public Set<Capability> capabilities() {
                        return Set.of();
                    }

                    @Override
                    Transport transport(Transport good) {
                        return new BrokenTransport(good) {
                            @Override
                            public Set<Capability> capabilities() {
                                return EnumSet.allOf(Capability.class);
                            }
                        };
                    }
                }));
    }
}
