package dev.anyloop.sim;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.sim.net.Machine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A machine of a {@link Simulation}: a name that resolves to its addresses, and the programs that run on it. Each rule about it holds
 * until it is closed; of two about the same the newer one counts. All methods are for the simulation's thread.
 */
public final class Host {

    private record Main(LoopCallback init, Predicate<EventLoop> again) {}

    // set once
    private final Simulation simulation;
    private final Machine machine;
    private final int number;
    // what runs on it
    private final List<Main> started = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>();
    private int places;

    Host(Simulation simulation, Machine machine, int number) {
        this.simulation = simulation;
        this.machine = machine;
        this.number = number;
    }

    /**
     * Its name, which resolves to {@link #address}.
     *
     * @return as given to {@link Simulation#host}
     */
    public String name() {
        return machine.name();
    }

    /**
     * Its IPv4 address; it has an IPv6 one too.
     *
     * @return a private address that stands for no real machine
     */
    public InetAddress address() {
        return machine.ipv4();
    }

    // ---- programs ----

    /**
     * Starts a program: a loop of its own, of which {@code init} is the first callback. It turns whenever the simulation
     * runs, and ends as {@link EventLoop#run()} would. {@link #bounce} starts it again.
     *
     * @param init may listen, connect and set timers, as for {@link EventLoop#run(LoopCallback)}
     * @return this host
     */
    public Host start(LoopCallback init) {
        return start(init, loop -> false);
    }

    /**
     * Starts a program that may call {@link EventLoop#run()} again.
     *
     * @param init may listen, connect and set timers, as for {@link EventLoop#run(LoopCallback)}
     * @param again asked when {@code run()} would have returned: true to run once more, false to close the loop
     * @return this host
     */
    public Host start(LoopCallback init, Predicate<EventLoop> again) {
        Objects.requireNonNull(init, "init");
        Objects.requireNonNull(again, "again");
        simulation.checkThread();
        checkUp("start");
        Main main = new Main(init, again);
        started.add(main);
        begin(main);
        return this;
    }

    private void begin(Main main) {
        program(LoopOptions.defaults().withName(name())).begin(main.init, main.again);
    }

    /**
     * Opens a loop that the test runs itself: while its {@link EventLoop#run()} waits, the simulation goes on.
     *
     * @return a loop that belongs to the simulation's thread
     */
    public EventLoop open() {
        return open(LoopOptions.defaults().withName(name()));
    }

    /**
     * Opens a loop that the test runs itself.
     *
     * @param options name and resolver count; without a resolver of its own, names of hosts are resolved
     * @return a loop that belongs to the simulation's thread
     */
    public EventLoop open(LoopOptions options) {
        simulation.checkThread();
        checkUp("open");
        return program(options).loop();
    }

    private Program program(LoopOptions options) {
        Program program = new Program(simulation, this, machine, options);
        programs.add(program);
        return program;
    }

    /**
     * Runs what would be another thread's work as simulated tasks of this host, one after the other, each a little later.
     *
     * @return an executor for the code under test; on it nothing may block
     */
    public Executor executor() {
        return task -> {
            Objects.requireNonNull(task, "task");
            simulation.checkThread();
            simulation.later(this, task);
        };
    }

    /**
     * Sends a signal to its programs, as {@code kill} would. Those that listen to it are told when the simulation runs.
     *
     * @param name as given to {@link EventLoop#signal}
     * @throws IllegalStateException if none of them listens to it: a real process would do what the JVM does then
     */
    public void signal(String name) {
        Objects.requireNonNull(name, "name");
        simulation.checkThread();
        checkUp("signal");
        simulation.note(name(), "signal " + name);
        boolean heard = false;
        for (Program program : programs) {
            heard |= program.deliver(name);
        }
        if (!heard) {
            throw new IllegalStateException("nobody on " + this + " listens to signal \"" + name
                    + "\" (listen to it with loop.signal(), or use crash() for one that ends a process)");
        }
    }

    // ---- faults ----

    /**
     * Stops it at once: no callback of its programs runs any more, and whoever talks to it hears nothing. What it had sent still arrives, if
     * it is not lost on the way: nobody sends it again. A program may do that to its own host; then the callback that does is its last,
     * and what follows in it changes nothing. Loops that the test runs return from {@link EventLoop#run()}, and call nothing either.
     */
    public void crash() {
        simulation.checkThread();
        checkUp("crash");
        Fault fault = simulation.fault("crash of " + this);
        if (fault.isWanted()) {
            fault.fired();
            goDown();
        }
    }

    private void goDown() {
        machine.goDown();
        programs.forEach(Program::kill);
        programs.clear();
    }

    /** Starts it again, after a crash or instead of one: its programs begin anew, and connections it had are unknown. */
    public void bounce() {
        simulation.checkThread();
        Fault fault = simulation.fault("bounce of " + this);
        if (fault.isWanted()) {
            fault.fired();
            goDown();
            machine.comeUp();
            started.forEach(this::begin);
        }
    }

    /**
     * Whether its programs run.
     *
     * @return false between {@link #crash} and {@link #bounce}
     */
    public boolean isUp() {
        return !machine.isDown();
    }

    /**
     * Refuses every connection, whether somebody listens or not.
     *
     * @return the rule
     */
    public Rule refuse() {
        return rule("refuse", machine::refuse);
    }

    /**
     * Has room for nobody who has not been accepted yet: connecting hangs, as with a backlog that is full.
     *
     * @return the rule
     */
    public Rule fullBacklog() {
        return rule("full backlog", machine::fillBacklog);
    }

    /**
     * Has few descriptors left.
     *
     * @param left how many may still be opened, 0 or more
     * @return the rule
     */
    public Rule descriptors(int left) {
        if (left < 0) {
            throw new IllegalArgumentException("descriptors left < 0: " + left);
        }
        return rule("descriptors left: " + left, () -> machine.descriptors().limit(left));
    }

    /**
     * Its name cannot be resolved.
     *
     * @return the rule
     */
    public Rule unresolvable() {
        return rule("unresolvable", () -> simulation.names().unresolvable(this));
    }

    /**
     * Its name takes long to resolve.
     *
     * @param time not negative, a hundred years at the most
     * @return the rule
     */
    public Rule lookupDelay(Duration time) {
        Times.checked("time", time);
        return rule("look-up takes " + time, () -> simulation.names().delay(this, time));
    }

    /** @param begin answers with what ends it */
    private Rule rule(String what, Supplier<Runnable> begin) {
        Fault fault = simulation.fault(what + " at " + this);
        if (!fault.isWanted()) {
            return fault.until(() -> { });
        }
        Runnable end = begin.get();
        fault.fired();
        return fault.until(end);
    }

    private void checkUp(String call) {
        if (machine.isDown()) {
            throw new IllegalStateException(call + ": host " + this + " has crashed (use bounce() to start it again)");
        }
    }

    // ---- for the simulation ----

    /** Of the program that it makes next. */
    long nextPlace() {
        return ((long) number << Integer.SIZE) + places++;
    }

    Machine machine() {
        return machine;
    }

    List<Program> programs() {
        return programs;
    }

    @Override
    public String toString() {
        return machine.name();
    }
}
