package dev.anyloop.sim;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Resolver;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.sim.net.TcpEnd;
import dev.anyloop.tck.World;
import dev.anyloop.tck.run.Seed;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A world of the kit in which the loops under test, their peers and all threads are on one simulated host, and time is
 * virtual: whoever waits lets it jump. A test has one of its own.
 */
public final class SimWorld implements World, AutoCloseable {

    private static final long SPIN_NANOS = 10_000;
    private static final long CLOCK_NANOS = 100;

    /** The four buffers of a connection hold as much. */
    private static final int MUCH = 4 * TcpEnd.Buffers.DEFAULT;

    /** However short it is meant to be; not longer than a poll, or nobody would come in the middle of what takes one. */
    private static final long SHORTEST_PARK_NANOS = 1_000;

    private final SimThreads threads;
    private final Simulation simulation;
    private final Host host;

    /** Of the calling thread. */
    public SimWorld() {
        SimThreads[] made = new SimThreads[1];
        this.simulation = new Simulation(Seed.current().value(), new BitSet(), sim -> made[0] = new SimThreads(sim));
        this.threads = made[0];
        this.host = simulation.host("kit");
        Scheduler.enter(host);
    }

    /** A transport of this world, for the kit of the seam. */
    public Transport transport() {
        return new Program(simulation, host, host.machine(), LoopOptions.defaults()).transport();
    }

    /** A loop of this world on a transport that something is done to. */
    EventLoop open(LoopOptions options, UnaryOperator<Transport> done) {
        Resolver unset = LoopOptions.defaults().resolver();
        LoopOptions resolving = options.resolver() == unset ? options.withResolver(simulation.names()) : options;
        Program program = new Program(simulation, host, host.machine(), resolving);
        return Loops.stepped("sim", resolving, done.apply(program.transport()), program).loop();
    }

    @Override
    public boolean hasSystem() {
        return false;
    }

    // ---- time ----

    /** Who looks at the clock again and again has to see it move. */
    @Override
    public long nanoTime() {
        pass(CLOCK_NANOS);
        return simulation.schedule().now();
    }

    @Override
    public void park(long nanos) {
        threads.awaitInterruptibly(simulation.schedule().later(Math.max(nanos, SHORTEST_PARK_NANOS)), () -> false);
        threads.letLeave();
    }

    @Override
    public void spin() {
        pass(SPIN_NANOS);
    }

    /** Whatever happens. */
    void pass(long nanos) {
        threads.await(simulation.schedule().later(nanos), () -> false);
    }

    @Override
    public Runnable alarm(Duration after, Runnable action) {
        boolean[] cancelled = new boolean[1];
        simulation.schedule().after(after.toNanos(), () -> {
            if (!cancelled[0]) {
                action.run();
            }
        });
        return () -> cancelled[0] = true;
    }

    // ---- threads ----

    @Override
    public Thread start(String name, Runnable work) {
        return threads.start(host, name, Duration.ZERO, work);
    }

    @Override
    public boolean join(Thread thread, Duration limit) throws InterruptedException {
        boolean over = await(limit.toNanos(), () -> threads.isOver(thread));
        threads.letLeave();
        return over;
    }

    /** As all that blocks: for a time, and until the thread is interrupted. */
    boolean await(long nanos, BooleanSupplier condition) throws InterruptedException {
        threads.awaitInterruptibly(simulation.schedule().later(nanos), condition);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return condition.getAsBoolean();
    }

    /** Without a limit. */
    void await(BooleanSupplier condition) throws InterruptedException {
        if (!await(Long.MAX_VALUE, condition)) {
            throw new AssertionError("nothing is left that could happen\n" + simulation.describe());
        }
    }

    @Override
    public CountDownLatch latch(int count) {
        return new CountDownLatch(count) {
            @Override
            public void await() throws InterruptedException {
                SimWorld.this.await(() -> getCount() == 0);
            }

            @Override
            public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
                return SimWorld.this.await(unit.toNanos(timeout), () -> getCount() == 0);
            }
        };
    }

    @Override
    public Semaphore semaphore(int permits) {
        return new SimSemaphore(this, permits);
    }

    @Override
    public <T> BlockingQueue<T> queue() {
        return new SimQueue<>(this);
    }

    @Override
    public void signal(String name) {
        host.signal(name);
    }

    // ---- the network ----

    @Override
    public Socket socket() {
        return SimSockets.socket(this);
    }

    @Override
    public ServerSocket serverSocket() {
        return SimSockets.serverSocket(this);
    }

    @Override
    public DatagramSocket datagramSocket() {
        return SimSockets.datagramSocket(this);
    }

    @Override
    public Socket unixSocket() {
        return new SimUnixSocket(this);
    }

    @Override
    public ServerSocket unixServerSocket() throws IOException {
        return new SimUnixServerSocket(this);
    }

    Host host() {
        return host;
    }

    /** Its sockets have small buffers, and what more of the same bytes would show costs time. */
    @Override
    public int much() {
        return MUCH;
    }

    @Override
    public Map<String, Integer> descriptors() {
        return Map.of("of the simulated host", host.machine().descriptors().used());
    }

    @Override
    public void close() {
        threads.end();
        simulation.close();
        Scheduler.enter(null);
    }
}
