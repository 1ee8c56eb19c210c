package dev.anyloop.sim;

import dev.anyloop.sim.net.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is. What the network does at a moment comes first, then the programs that have something to do, in an order
 * drawn from the seed; when all are idle, time jumps to the next thing that is to happen. Knows which host the thread is
 * inside of, since on one thread nobody else would.
 */
final class Scheduler {

    private static final long DEFAULT_STEP_LIMIT = 1_000_000;
    private static final long FOREVER = Long.MAX_VALUE;

    /** A loop that never waits would keep the others from going on, if its polls took no time. */
    private static final long POLL_NANOS = 1_000;

    /** For whoever has no simulation at hand: the host whose program or task the thread is inside of. */
    private static final ThreadLocal<@Nullable Host> CURRENT = new ThreadLocal<>();

    // set once
    private final Simulation simulation;
    private final Schedule schedule;
    private final SplittableRandom random;
    private final Agenda agenda = new Agenda();
    // simulation's thread
    private long stepLimit = DEFAULT_STEP_LIMIT;
    private @Nullable Host inside;
    private @Nullable Program turning;

    Scheduler(Simulation simulation, Schedule schedule, SplittableRandom random) {
        this.simulation = simulation;
        this.schedule = schedule;
        this.random = random;
    }

    Agenda agenda() {
        return agenda;
    }

    void stepLimit(long steps) {
        stepLimit = steps;
    }

    // ---- running ----

    /** @return whether the condition has come to hold until then */
    boolean run(long until, BooleanSupplier condition) {
        long moment = schedule.now();
        long steps = 0;
        while (!condition.getAsBoolean()) {
            if (!step(until)) {
                return condition.getAsBoolean();
            }
            steps = schedule.now() == moment ? steps + 1 : 0;
            moment = schedule.now();
            if (steps > stepLimit) {
                throw new IllegalStateException("more than " + stepLimit + " steps at " + simulation.now()
                        + " of virtual time: still busy are " + busy() + "\n" + simulation.describe());
            }
        }
        return true;
    }

    /** Does one thing; false if nothing is to happen until then. */
    boolean step(long until) {
        if (schedule.runOne()) {
            return true;
        }
        List<Program> due = agenda.due(schedule.now());
        if (!due.isEmpty()) {
            turn(due.get(due.size() == 1 ? 0 : random.nextInt(due.size())));
            return true;
        }
        long next = Math.min(schedule.next(), agenda.next());
        if (next > until || next == FOREVER) {
            if (until != FOREVER) {
                schedule.advanceTo(Math.max(until, schedule.now()));
            }
            return false;
        }
        schedule.advanceTo(next);
        return true;
    }

    private List<String> busy() {
        return agenda.due(schedule.now()).stream().map(program -> program.host().name()).distinct().toList();
    }

    private void turn(Program program) {
        turning = program;
        inside(program.host(), program::turn);
    }

    /** A loop that a test runs polls: the others go on, until it has something to do, or for a time. */
    void waitFor(Program program, long timeoutNanos, Threads threads) {
        if (inside != null && timeoutNanos == 0) {
            return; // it is closed there
        }
        if (inside != null) {
            throw new IllegalStateException("run() inside a program of host " + inside
                    + ": it would keep the others from running (give the program a host of its own with start())");
        }
        long until = timeoutNanos < 0 ? FOREVER : schedule.later(timeoutNanos);
        threads.await(schedule.later(POLL_NANOS), () -> false);
        boolean ready = timeoutNanos == 0 || threads.await(until, program::isReady);
        if (!ready && until == FOREVER) {
            throw new IllegalStateException("nothing is left that could happen, and " + program.host() + " waits\n"
                    + simulation.describe());
        }
    }

    /** A task of a host, after a time, unless the host crashes before. */
    void later(Host host, Duration time, Runnable task) {
        int life = host.machine().life();
        schedule.after(time.toNanos(), () -> {
            if (host.isUp() && host.machine().life() == life && !simulation.isClosed()) {
                inside(host, task);
            }
        });
    }

    // ---- where the thread is ----

    private void inside(Host host, Runnable work) {
        inside = host;
        CURRENT.set(host);
        try {
            work.run();
        } finally {
            inside = null;
            turning = null;
            CURRENT.set(null); // to remove it costs an entry of the thread the next time
        }
    }

    /** From now on the calling thread is inside of a host, or of none. */
    static void enter(@Nullable Host host) {
        CURRENT.set(host);
    }

    /** The host of whose programs and tasks one runs on the calling thread, or null. */
    static @Nullable Host currentHost() {
        return CURRENT.get();
    }

    void checkOutside(String call) {
        if (inside != null) {
            throw new IllegalStateException(call + "() inside a callback of host " + inside + " (let the test call it)");
        }
    }

    /** A loop is called: by a program of its own host, or by the test. */
    void checkInside(Program called) {
        if (inside != null && (turning == null || inside != called.host())) {
            throw new IllegalStateException("a loop of host " + called.host() + " is called inside "
                    + (turning == null ? "a task" : "a program") + " of host " + inside
                    + ", which would be on another thread (use loop.execute())");
        }
    }
}
