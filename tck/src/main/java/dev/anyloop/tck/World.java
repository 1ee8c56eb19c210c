package dev.anyloop.tck;

import dev.anyloop.tck.peer.UnixServerSocket;
import dev.anyloop.tck.peer.UnixSocket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Where a kit runs: its clock, its threads and what they wait for, and the sockets of the other ends of connections. An engine
 * of this machine is tested in {@link #real()}, which is what a kit has if it does not say otherwise. One that has a network
 * and a time of its own brings the world that goes with it: what is made here is then of that world, and whoever waits lets
 * its time pass.
 *
 * <p>All methods may be called on any thread of the world, which are the test's own and those it has started.
 */
public interface World {

    /**
     * This machine.
     *
     * @return the only one
     */
    static World real() {
        return RealWorld.THIS_MACHINE;
    }

    /**
     * Whether there is an operating system. Where there is none, rules about it are not asked for.
     *
     * @return true for {@link #real()}
     */
    boolean hasSystem();

    // ---- time ----

    /**
     * The time, as the loops under test see it.
     *
     * @return as {@link System#nanoTime()}
     */
    long nanoTime();

    /**
     * Lets time pass.
     *
     * @param nanos for how long; less if the thread is interrupted, which it remains
     */
    void park(long nanos);

    /** Lets others go on, inside of a loop that waits for them. */
    void spin();

    /**
     * Does something if nobody cancels it before.
     *
     * @param after when
     * @param action may run on any thread, and does not block
     * @return cancels it
     */
    Runnable alarm(Duration after, Runnable action);

    // ---- threads ----

    /**
     * Starts a thread.
     *
     * @param name for people
     * @param work may block, as long as it does so in what is made here
     * @return a daemon that is running
     */
    Thread start(String name, Runnable work);

    /**
     * Waits for the end of a thread.
     *
     * @param thread as returned by {@link #start}
     * @param limit how long
     * @return whether it has ended
     * @throws InterruptedException if the calling thread is interrupted
     */
    boolean join(Thread thread, Duration limit) throws InterruptedException;

    /**
     * A latch on which threads of this world may wait.
     *
     * @param count as in its constructor
     * @return a new one
     */
    CountDownLatch latch(int count);

    /**
     * A semaphore on which threads of this world may wait.
     *
     * @param permits as in its constructor
     * @return a new one
     */
    Semaphore semaphore(int permits);

    /**
     * A queue on which threads of this world may wait.
     *
     * @param <T> of what
     * @return a new one, without a bound
     */
    <T> BlockingQueue<T> queue();

    /**
     * Sends a signal to the process that the loops under test belong to. Somebody listens to it.
     *
     * @param name without SIG
     */
    void signal(String name);

    // ---- the network ----

    /**
     * A blocking socket.
     *
     * @return neither bound nor connected
     */
    Socket socket();

    /**
     * A blocking listening socket.
     *
     * @return not bound
     * @throws IOException if there can be none
     */
    ServerSocket serverSocket() throws IOException;

    /**
     * A blocking datagram socket. Asked for only if the backend under test has datagrams.
     *
     * @return neither bound nor connected
     * @throws IOException if there can be none
     */
    DatagramSocket datagramSocket() throws IOException;

    /**
     * A blocking socket that takes {@link java.net.UnixDomainSocketAddress}es. Asked for if the backend under test has them.
     *
     * @return neither bound nor connected
     */
    default Socket unixSocket() {
        return new UnixSocket();
    }

    /**
     * A blocking listening socket that takes {@link java.net.UnixDomainSocketAddress}es. Asked for if the backend under test has
     * them.
     *
     * @return not bound
     * @throws IOException if there can be none
     */
    default ServerSocket unixServerSocket() throws IOException {
        return new UnixServerSocket();
    }

    /**
     * What is much for connections: all that both ends and the way between them hold, while nobody reads, is a few times that
     * at the most. A test that wants writers to stall has them write more.
     *
     * @return so many bytes; 1 MiB, unless this world is a smaller one
     */
    default int much() {
        return 1 << 20;
    }

    /**
     * What is open: the sockets of this world, and whatever else an engine may forget to close.
     *
     * @return for each kind or thing how many of it
     */
    Map<String, Integer> descriptors();
}
