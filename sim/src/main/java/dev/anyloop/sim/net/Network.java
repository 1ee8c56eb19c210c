package dev.anyloop.sim.net;

import dev.anyloop.sim.net.Segment.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What lies between machines. Each end's segments arrive in the order in which they were sent ({@link Stream}), after the
 * time that the {@link Path} between the two machines takes, datagrams in any order; whatever is free is drawn from the seed.
 */
public final class Network {

    /** Hears what happens, for people and for the comparison of two runs. */
    @FunctionalInterface
    public interface Log {

        /**
         * Something has happened.
         *
         * @param what its text is asked for later or never; equal ones have equal hash codes, in every process
         */
        void note(Machine machine, Object what);
    }

    /** A segment leaves or comes. */
    private record Passing(Segment segment, boolean arriving) {

        @Override
        public int hashCode() {
            int ends = 31 * segment.from().getPort() + segment.to().getPort();
            int content = 31 * segment.kind().ordinal() + segment.bytes().length;
            return 31 * (31 * ends + content) + (arriving ? 1 : 0);
        }

        @Override
        public String toString() {
            return arriving ? "gets " + segment + " from " + Machine.text(segment.from())
                    : "sends " + segment + " to " + Machine.text(segment.to());
        }
    }

    private record Way(Machine from, Machine to) {}

    // set once
    private final Schedule schedule;
    private final SplittableRandom random;
    private final Log log;
    // what there is
    private final List<Machine> machines = new ArrayList<>();
    private final Map<Way, Path> paths = new LinkedHashMap<>();
    private long connections;
    private long spreading; // of clients over those who share a port; 0 until it is drawn
    private final List<Stream> busy = new ArrayList<>(); // in which something is under way; each knows its index

    private final List<Runnable> held = new ArrayList<>(); // datagrams; what still is to wait comes back

    public Network(Schedule schedule, SplittableRandom random, Log log) {
        this.schedule = schedule;
        this.random = random;
        this.log = log;
    }

    Schedule schedule() {
        return schedule;
    }

    public Machine addMachine(String name) {
        Machine machine = new Machine(this, name, machines.size() + 1);
        machines.add(machine);
        return machine;
    }

    /** From a machine to an address, where nobody may be. */
    Path path(Machine from, InetAddress to) {
        Machine receiver = machineAt(from, to);
        return receiver == null ? Path.nowhere(this, from) : path(from, receiver);
    }

    /** In the other direction. */
    Path pathBack(Machine to, InetAddress from) {
        Machine sender = machineAt(to, from);
        return sender == null ? Path.nowhere(this, to) : path(sender, to);
    }

    /** In one direction. */
    public Path path(Machine from, Machine to) {
        return paths.computeIfAbsent(new Way(from, to), way -> new Path(this, from, to));
    }

    /** Null if nobody has the address: what is sent there is lost. */
    @Nullable Machine machineAt(Machine from, InetAddress address) {
        if (address.isLoopbackAddress()) {
            return from;
        }
        for (Machine machine : machines) {
            if (machine.has(address)) {
                return machine;
            }
        }
        return null;
    }

    // ---- traffic ----

    void send(Machine sender, @Nullable TcpEnd from, Segment segment) {
        notePassing(sender, segment, false);
        (from == null ? stream(sender, null, segment.to()) : from.stream()).add(segment);
    }

    /** A datagram is on its own: it may overtake others and be lost, and nobody sends it again. */
    void send(Machine sender, UdpSocket from, Datagram datagram) {
        for (Machine receiver : receivers(from, datagram.to().getAddress())) {
            Path path = path(sender, receiver);
            log.note(sender, datagram.passing(false));
            schedule.after(path.travel(datagram.bytes().length), () -> arrive(path, from, datagram));
        }
    }

    private void arrive(Path path, UdpSocket from, Datagram datagram) {
        if (path.isHeld()) {
            held.add(() -> arrive(path, from, datagram));
        } else if (!path.loses()) {
            log.note(path.to(), datagram.passing(true));
            if (!path.to().receive(datagram) && !datagram.isForMany()) {
                Path back = path(path.to(), from.machine());
                schedule.after(back.travel(0), () -> refuse(back, from, datagram));
            }
        }
    }

    /** That nobody is there has a way to go too. */
    private void refuse(Path back, UdpSocket from, Datagram datagram) {
        if (back.isHeld()) {
            held.add(() -> refuse(back, from, datagram));
        } else if (!back.loses()) {
            from.refused(datagram.to());
        }
    }

    /** Of a group whoever has joined finds out, here and elsewhere as its sender wants it; a broadcast is for all. */
    private List<Machine> receivers(UdpSocket sender, InetAddress to) {
        if (to.isMulticastAddress()) {
            return machines.stream().filter(sender::sendsGroupsTo).toList();
        } else if (Datagram.isBroadcast(to)) {
            return List.copyOf(machines);
        }
        Machine receiver = machineAt(sender.machine(), to);
        return receiver == null ? List.of() : List.of(receiver);
    }

    /** What an end sends, or a machine for itself. */
    Stream stream(Machine sender, @Nullable TcpEnd from, InetSocketAddress to) {
        return new Stream(this, sender.pathTo(to.getAddress()), from);
    }

    /** What tells a connection from others that there have been, or will be, between the same two addresses. */
    long nextConnection() {
        return ++connections;
    }

    void isBusy(Stream stream) {
        stream.index = busy.size();
        busy.add(stream);
    }

    /** After it was busy. */
    void isEmpty(Stream stream) {
        Stream last = busy.remove(busy.size() - 1);
        if (last != stream) {
            busy.set(stream.index, last);
            last.index = stream.index;
        }
    }

    /** What waited because of a rule goes on. */
    void resume() {
        List.copyOf(busy).forEach(Stream::resume);
        List<Runnable> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(Runnable::run);
    }

    long drawBetween(long least, long most) {
        return least == most ? least : random.nextLong(least, most + 1);
    }

    /** Of those who share a port: for one client it is always the same, as long as there are no others. */
    @Nullable TcpListener chosen(List<TcpListener> listeners, InetSocketAddress client) {
        if (listeners.size() < 2) {
            return listeners.isEmpty() ? null : listeners.get(0);
        }
        if (spreading == 0) {
            spreading = random.nextLong(); // not before it is needed: what is drawn changes all that is drawn later
        }
        return listeners.get(new SplittableRandom(spreading + client.hashCode()).nextInt(listeners.size()));
    }

    boolean draw(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    // ---- log ----

    void notePassing(Machine machine, Segment segment, boolean arriving) {
        if (segment.kind() != Kind.ACK) {
            log.note(machine, new Passing(segment, arriving));
        }
    }

    void note(Machine machine, Object what) {
        log.note(machine, what);
    }

    void fired(Machine machine, String fault) {
        log.note(machine, "fault: " + fault);
    }
}
