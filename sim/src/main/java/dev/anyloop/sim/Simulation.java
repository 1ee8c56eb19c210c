package dev.anyloop.sim;

import dev.anyloop.sim.net.Network;
import dev.anyloop.sim.net.Path;
import dev.anyloop.sim.net.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Hosts, what lies between them, and a time of their own. Everything runs on the thread that made the simulation, in an
 * order that the seed decides wherever the contract of Anyloop leaves it free, so the same seed and the same program give
 * the same run. Time jumps to the next thing that is to happen, so minutes of the program's time take milliseconds.
 *
 * <pre>{@code
 * try (Simulation sim = Simulation.withSeed(42)) {
 *     sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> socket.onRead(Socket::write)));
 *     sim.host("client").start(loop -> loop.connect("server", 7).onConnect(socket -> socket.write("hello")));
 *     try (Rule cut = sim.link("client", "server").partition()) {
 *         sim.advance(Duration.ofMinutes(2));
 *     }
 *     sim.runUntil(() -> …);
 * }
 * }</pre>
 *
 * <p>What the programs throw and nobody handles, {@link #advance} and {@link #runUntil} throw.
 */
public final class Simulation implements AutoCloseable {

    private static final Duration DEFAULT_PATIENCE = Duration.ofHours(1);
    private static final Duration TASK_DELAY = Duration.ofNanos(20_000);

    // set once
    private final long seed;
    private final BitSet leftOut;
    private final SplittableRandom random;
    private final Schedule schedule = new Schedule();
    private final Timeline timeline = new Timeline();
    private final Network network;
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Names names = new Names(hosts);
    private final List<Fault> faults = new ArrayList<>();
    private final Scheduler scheduler;
    private final Threads threads;
    // simulation's thread
    private boolean closed;

    Simulation(long seed, BitSet leftOut) {
        this(seed, leftOut, OneThread::new);
    }

    Simulation(long seed, BitSet leftOut, Function<Simulation, Threads> threads) {
        this.seed = seed;
        this.leftOut = leftOut;
        this.random = new SplittableRandom(seed);
        this.network = new Network(schedule, new SplittableRandom(random.nextLong()), (machine, what) -> note(machine.name(), what));
        this.scheduler = new Scheduler(this, schedule, random);
        this.threads = threads.apply(this);
    }

    /**
     * A simulation of the calling thread.
     *
     * @param seed decides whatever is free
     * @return at time zero, without hosts
     */
    public static Simulation withSeed(long seed) {
        return new Simulation(seed, new BitSet());
    }

    /**
     * A simulation of the calling thread with a seed that nobody knows before; {@link #seed} tells it.
     *
     * @return at time zero, without hosts
     */
    public static Simulation withRandomSeed() {
        return withSeed(ThreadLocalRandom.current().nextLong());
    }

    /**
     * The seed.
     *
     * @return what repeats this run
     */
    public long seed() {
        return seed;
    }

    // ---- hosts and links ----

    /**
     * The host of a name, made when it is first asked for.
     *
     * @param name of letters, digits, dots and hyphens, but not an address; it resolves to the host on all hosts, and in any case, as names
     *     do
     * @return the host
     */
    public Host host(String name) {
        checkThread();
        Host known = hosts.get(Names.key(name));
        return known != null ? known : newHost(name);
    }

    private Host newHost(String name) {
        Names.check(name);
        Host made = new Host(this, network.addMachine(name), hosts.size());
        hosts.put(Names.key(name), made);
        return made;
    }

    /**
     * What lies between two hosts.
     *
     * @param one the name of a host
     * @param other the name of another one
     * @return the link, in both directions
     */
    public Link link(String one, String other) {
        checkThread();
        if (one.equalsIgnoreCase(other)) {
            throw new IllegalArgumentException("a link of \"" + one + "\" with itself (name two hosts)");
        }
        return new Link(this, known(one), known(other), true);
    }

    private Host known(String name) {
        Host host = hosts.get(Names.key(name));
        if (host == null) {
            throw new IllegalArgumentException("no host \"" + name + "\" (there are " + hosts.keySet() + "; host(name) makes one)");
        }
        return host;
    }

    Path path(Host from, Host to) {
        return network.path(from.machine(), to.machine());
    }

    // ---- time ----

    /**
     * The time since the simulation began.
     *
     * @return virtual time
     */
    public Duration now() {
        return Duration.ofNanos(schedule.now());
    }

    /**
     * Runs everything that happens within a time.
     *
     * @param time not negative, a hundred years at the most
     * @throws IllegalStateException if the hosts are busy for so long without time passing that they must be spinning
     */
    public void advance(Duration time) {
        checkOutside("advance");
        scheduler.run(schedule.later(Times.checked("time", time).toNanos()), () -> false);
    }

    /**
     * Runs until something holds.
     *
     * @param condition asked after each step
     * @throws AssertionError if it does not hold within an hour of virtual time, or nothing is left that could happen
     */
    public void runUntil(BooleanSupplier condition) {
        runUntil(condition, DEFAULT_PATIENCE);
    }

    /**
     * Runs until something holds.
     *
     * @param condition asked after each step
     * @param patience the longest virtual time, a hundred years at the most
     * @throws AssertionError if it does not hold within that time, or nothing is left that could happen
     */
    public void runUntil(BooleanSupplier condition, Duration patience) {
        checkOutside("runUntil");
        if (!scheduler.run(schedule.later(Times.checked("patience", patience).toNanos()), condition)) {
            throw new AssertionError("it did not come to hold within " + patience + "\n" + describe());
        }
    }

    /**
     * How many steps may be taken before a moment of virtual time is over.
     *
     * @param steps at least 1; a million at first
     * @return this simulation
     */
    public Simulation stepLimit(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps < 1: " + steps);
        }
        scheduler.stepLimit(steps);
        return this;
    }

    /** A task of a host, after the time that another thread would take. */
    void later(Host host, Runnable task) {
        later(host, TASK_DELAY.multipliedBy(1 + random.nextInt(10)), task);
    }

    void later(Host host, Duration time, Runnable task) {
        scheduler.later(host, time, task);
    }

    /** A loop that a test runs polls: the others go on. */
    void waitFor(Program program, long timeoutNanos) {
        scheduler.waitFor(program, timeoutNanos, threads);
    }

    /** After a time, where no loop waits for it. */
    void elsewhere(Host host, Duration time, Runnable work) {
        threads.elsewhere(host, time, work);
    }

    // ---- what is free ----

    void shuffle(List<?> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }

    /** How many of so many ready ones a poll tells: mostly all. */
    int drawBatch(int ready) {
        return ready > 1 && random.nextInt(8) == 0 ? 1 + random.nextInt(ready) : ready;
    }

    /** How much of what can be read a read brings: mostly all. */
    int drawChunk(int readable) {
        return readable > 1 && random.nextInt(4) == 0 ? 1 + random.nextInt(readable) : readable;
    }

    // ---- parts ----

    Names names() {
        return names;
    }

    Schedule schedule() {
        return schedule;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    // ---- faults ----

    Fault fault(String what) {
        checkThread();
        Fault fault = new Fault(this, faults.size(), what, !leftOut.get(faults.size()));
        faults.add(fault);
        return fault;
    }

    List<Fault> faults() {
        return faults;
    }

    // ---- checks ----

    void checkThread() {
        threads.check();
        if (closed) {
            throw new IllegalStateException("the simulation is closed");
        }
    }

    /** A loop is called: by a program of its own host, or by the test. */
    void checkInside(Program called) {
        checkThread();
        scheduler.checkInside(called);
    }

    boolean isClosed() {
        return closed;
    }

    private void checkOutside(String call) {
        checkThread();
        scheduler.checkOutside(call);
    }

    // ---- seen from outside ----

    void note(String who, Object what) {
        timeline.add(schedule.now(), who, what);
    }

    /**
     * A number that is equal for two runs in which the same happened at the same times.
     *
     * @return so far
     */
    public long fingerprint() {
        return timeline.fingerprint();
    }

    /**
     * For people: the seed, the timeline of all hosts, and their sockets.
     *
     * @return some lines
     */
    public String describe() {
        String sockets = hosts.values().stream()
                .flatMap(host -> host.machine().sockets().stream().map(line -> String.format("  %-12s %s%n", host.name(), line)))
                .collect(Collectors.joining());
        return "seed " + seed + ", " + now() + " of virtual time\n" + timeline + "sockets\n" + sockets;
    }

    /** Ends it: no callback runs any more. */
    @Override
    public void close() {
        if (!closed) {
            checkThread();
            closed = true;
            hosts.values().forEach(host -> host.programs().forEach(Program::kill));
        }
    }
}
