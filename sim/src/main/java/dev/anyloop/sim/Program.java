package dev.anyloop.sim;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Resolver;
import dev.anyloop.core.Loops;
import dev.anyloop.core.SteppedLoop;
import dev.anyloop.core.Surroundings;
import dev.anyloop.sim.net.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** One loop of a host, and when it has to turn next. */
final class Program implements Surroundings {

    private static final Resolver UNSET = LoopOptions.defaults().resolver();

    // set once
    private final Simulation simulation;
    private final Host host;
    private final SimTransport transport;
    private final SteppedLoop stepped;
    private final Names names;
    private final Agenda agenda;
    private final long place;
    // simulation's thread
    private final Map<String, List<Runnable>> signals = new HashMap<>(); // who listens to each
    private long wakeAt = Long.MAX_VALUE;
    private boolean started; // so that the simulation turns it, not a test that calls run()
    private boolean driven; // until it is over
    private boolean stirred; // is in the agenda as one that may have something to do
    private boolean dead;
    private Predicate<EventLoop> again = loop -> false;

    Program(Simulation simulation, Host host, Machine machine, LoopOptions options) {
        this.simulation = simulation;
        this.host = host;
        this.names = simulation.names();
        this.agenda = simulation.scheduler().agenda();
        this.place = host.nextPlace();
        this.transport = new SimTransport(simulation, this, machine);
        LoopOptions resolving = options.resolver() == UNSET ? options.withResolver(names) : options;
        this.stepped = Loops.stepped("sim", resolving, transport, this);
    }

    EventLoop loop() {
        return stepped.loop();
    }

    SimTransport transport() {
        return transport;
    }

    Host host() {
        return host;
    }

    /** From now on the simulation turns it. */
    void begin(LoopCallback init, Predicate<EventLoop> again) {
        this.again = again;
        started = true;
        driven = true;
        agenda.stir(this);
        loop().execute(() -> {
            try {
                init.run(loop());
            } catch (Exception e) {
                throw e instanceof RuntimeException unchecked ? unchecked : new CompletionException(e);
            }
        });
    }

    // ---- turning ----

    boolean isRunByTest() {
        return !started;
    }

    /** Whether a poll of it would tell anything, or need not wait for that any more. */
    boolean isReady() {
        return dead || transport.isReady();
    }

    /** Among all programs: by their hosts, and there by when they were started. */
    long place() {
        return place;
    }

    /** When it has something to do, whatever it is told until then. */
    long wakeAt() {
        return wakeAt;
    }

    private void wakeAt(long moment) {
        agenda.remove(this);
        wakeAt = moment;
        if (driven && moment > simulation.schedule().now() && moment < Long.MAX_VALUE) {
            agenda.add(this);
        } else {
            stirred();
        }
    }

    /** It may have something to do now. */
    void stirred() {
        if (driven) {
            agenda.stir(this);
        }
    }

    /** For the agenda: whether it was not in there as such. */
    boolean stir() {
        boolean first = !stirred;
        stirred = true;
        return first;
    }

    /** For the agenda: whether it has nothing to do now, and so is in there no more. */
    boolean rests(long now) {
        stirred = driven && (wakeAt <= now || transport.isReady());
        return !stirred;
    }

    /** One turn. It throws what {@link EventLoop#run()} would. */
    void turn() {
        wakeAt(Long.MAX_VALUE);
        long wait = stepped.turn();
        if (wait != SteppedLoop.OVER) {
            wakeAt(simulation.schedule().later(wait));
        } else if (!dead) { // by what it has done itself
            runAgainOrEnd();
        }
    }

    private void runAgainOrEnd() {
        boolean more = again.test(loop());
        if (more) {
            wakeAt(simulation.schedule().now());
        } else if (!dead) {
            end();
        }
    }

    private void end() {
        driven = false;
        wakeAt(Long.MAX_VALUE);
        simulation.note(host.name(), "program ends");
        loop().close();
    }

    /** Its host is no more: not even its callbacks of closing run, and what the one in progress still does changes nothing. */
    void kill() {
        dead = true;
        driven = false;
        wakeAt(Long.MAX_VALUE);
        stepped.abandon();
        transport.kill();
    }

    // ---- what the loop takes from its surroundings ----

    @Override
    public long nanoTime() {
        return simulation.schedule().now();
    }

    /** On a real machine another thread would ask. */
    @Override
    public void lookUp(String name, Runnable question) {
        simulation.elsewhere(host, names.delay(name), question);
    }

    /** The same. */
    @Override
    public void compute(Runnable work) {
        simulation.elsewhere(host, Duration.ZERO, work);
    }

    @Override
    public Runnable signal(String name, Runnable delivered) {
        signals.computeIfAbsent(name, none -> new ArrayList<>()).add(delivered);
        return () -> signals.get(name).remove(delivered);
    }

    /** Tells all who listen to it; answers whether there was one. */
    boolean deliver(String name) {
        List<Runnable> listeners = signals.getOrDefault(name, List.of());
        listeners.forEach(Runnable::run);
        return !listeners.isEmpty();
    }

    /** What is at home on another host, or would be on another thread, has to use {@code execute}. */
    @Override
    public void calling() {
        simulation.checkInside(this);
        wakeNow();
    }

    /** A task of a real thread would come at a time that no seed decides. */
    @Override
    public void submitting() {
        simulation.checkThread();
        wakeNow();
    }

    private void wakeNow() {
        if (wakeAt != Long.MIN_VALUE) {
            wakeAt(Long.MIN_VALUE);
        }
    }

    @Override
    public String toString() {
        return loop().describe();
    }
}
