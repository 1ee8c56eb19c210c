package dev.anyloop;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A single-threaded event loop: timers, connections and servers over TCP and Unix-domain sockets, and datagrams, with every callback
 * on one thread.
 *
 * <pre>{@code
 * EventLoop.start(loop -> loop.listen(null, 9003, (server, socket) -> socket.onRead(Socket::write)));
 * }</pre>
 *
 * <p><b>Threads.</b> A loop belongs to the thread that opened it. Safe from any thread are exactly {@link #execute},
 * {@link #stop}, {@link #closed}, {@link #inLoop}, {@link Hold#release}, {@link #stats}, {@link #describe},
 * {@link #describeAsJson} and {@link #backend}; every other method throws {@link IllegalStateException} on another thread and changes nothing (THREAD-001, THREAD-002).
 * Once the owner thread is dead, {@link #close()} may be called from any other.
 *
 * <p>On JDK 21 and later the owner may be a virtual thread, which is not promised to be of use: a loop that waits keeps its carrier, inside
 * its engine. When as many loops wait as there are processors, no other virtual thread runs, but on nio, where the JDK makes up for it.
 * {@link EventLoops} gives each loop a platform thread.
 *
 * <p><b>Callbacks</b> run one at a time, never inside the call that caused them (ORDER-001, ORDER-002).
 *
 * <p><b>Errors.</b> Misuse throws at the call. What the network does comes as a {@link NetworkException} to the error
 * callback, then to the close callback; only {@link #listen} and {@link #datagram}, and methods of {@link DatagramSocket},
 * throw it. What a callback throws goes to {@link #onUncaught}.
 */
public interface EventLoop extends Executor, AutoCloseable {

    /**
     * Opens the best backend found, runs the loop until nothing is left or it is closed, and closes it. Throws what
     * {@link #run()} throws.
     *
     * @param init runs first, in the loop
     * @throws BackendUnavailableException if there is no backend to open
     */
    static void start(LoopCallback init) {
        start(LoopOptions.defaults(), init);
    }

    /**
     * Opens a loop, runs it until nothing is left or it is closed, and closes it. Throws what {@link #run()} throws.
     *
     * @param options how to open it
     * @param init runs first, in the loop
     * @throws BackendUnavailableException if there is no such backend to open
     */
    static void start(LoopOptions options, LoopCallback init) {
        try (EventLoop loop = open(options)) {
            loop.run(init);
        }
    }

    /**
     * Opens a loop on the best backend found. It belongs to the calling thread.
     *
     * @return a loop that is not running yet
     * @throws BackendUnavailableException if there is no backend to open
     */
    static EventLoop open() {
        return open(LoopOptions.defaults());
    }

    /**
     * Opens a loop. It belongs to the calling thread. The backend is the one named by the options, else by
     * {@code -Danyloop.backend} if that is not empty, else the available one of the highest priority.
     *
     * @param options how to open it
     * @return a loop that is not running yet
     * @throws BackendUnavailableException if there is no such backend to open; the message lists what was found, why
     *     each is unavailable and what to do
     */
    static EventLoop open(LoopOptions options) {
        return Backends.found().choose(Objects.requireNonNull(options, "options")).open(options);
    }

    /**
     * Runs the loop on the calling thread, which must be its owner, until nothing keeps it alive, or {@link #stop()}
     * or {@link #close()} is called (LOOP-001, LOOP-003). Kept alive by ref'd timers, servers and sockets, by what is
     * closing (LOOP-016), queued tasks and holds (LOOP-004). May be called again afterwards (LOOP-007), and in a callback
     * of another loop, which has to wait meanwhile (THREAD-006).
     *
     * <p>It throws what a callback threw and no {@link #onUncaught} handler took, a checked exception wrapped in a
     * {@link CompletionException}, and so is an {@code IOException} that says that the engine itself is broken (LOOP-011).
     *
     * @throws IllegalStateException on another thread, from inside a callback of this loop, or after close (LOOP-010)
     */
    void run();

    /**
     * Runs the loop as {@link #run()} does, and throws what that does, with a callback that runs in it first, after
     * tasks submitted earlier (LOOP-002).
     *
     * @param init runs once; in the next run, if the loop is stopped before it is its turn
     * @throws IllegalStateException on another thread, from inside a callback of this loop, or after close (LOOP-010)
     */
    void run(LoopCallback init);

    /**
     * Makes {@link #run()} return after the callback in progress; everything is kept for the next {@code run()}
     * (LOOP-006, LOOP-007). If the loop is not running, the next {@code run()} returns after one turn that does not
     * wait (LOOP-008). Safe from any thread; one that gets an {@code Error} may call again (THREAD-008).
     */
    void stop();

    /**
     * Closes the loop and everything in it. Bytes already written get one last write that does not wait, every
     * handle's close callback runs, queued tasks are discarded, and all descriptors and threads are released (LOOP-009).
     * Inside a callback this happens before {@code run()} returns; outside of {@code run()} it happens in this call,
     * which throws as {@link #run()} does (LOOP-011). A second call does nothing.
     */
    @Override
    void close();

    /**
     * Tells when the loop is closed, for whatever lives as long as it: when everything is released, and every close callback and
     * {@link #onUncaught} have run (LOOP-017). What depends on it runs on the thread that closes the loop, before {@link #close()} or
     * {@link #run()} returns, and in the call that adds it if the loop is closed already; it must not wait, and what it throws goes to
     * its own stage alone. Safe from any thread.
     *
     * @return always the same stage, which nobody else can complete
     */
    CompletionStage<Void> closed();

    /**
     * Winds the loop down: servers and datagram sockets close, sockets close gracefully, timers no longer keep the loop alive, and
     * {@code connect}, {@code listen} and {@code datagram} throw. What is left after the grace is aborted and {@code run()} returns
     * (LOOP-015). A further call counts its own grace from then on, unless one is over.
     *
     * @param grace how long the sockets have; zero or negative aborts them in the next turn
     */
    void shutdown(Duration grace);

    /**
     * Runs a task on the loop thread, never inside this call, in order for each submitting thread (ORDER-003). Safe
     * from any thread, and wakes the loop (THREAD-003). Between runs the task waits for the next {@code run()}.
     *
     * <p>A caller that runs out of memory or of stack in here gets the {@code Error}, and nobody else notices: its task was
     * not queued or, if the loop was just about to wait, runs with the loop's next turn (THREAD-008).
     *
     * @param task what it throws goes to {@link #onUncaught}
     * @throws RejectedExecutionException if the loop is closed (THREAD-004)
     */
    @Override
    void execute(Runnable task);

    /**
     * Tells whether the calling thread is the loop's own. Safe from any thread.
     *
     * @return true on the thread that opened the loop
     */
    boolean inLoop();

    /**
     * Keeps {@link #run()} from returning while work is being done elsewhere (LOOP-014).
     *
     * @return a hold to release, from any thread
     * @throws IllegalStateException on another thread, or if the loop is closed
     */
    Hold hold();

    /**
     * Runs a callback once after a delay, never early (TIMER-001). The delay counts from this call (TIMER-002); equal
     * deadlines fire in the order of creation (TIMER-003).
     *
     * @param delay zero or negative means as soon as timers are next looked at, never inside this call (TIMER-004,
     *     TIMER-005); any huge one is accepted (TIMER-006)
     * @param callback what to run
     * @return the timer
     * @throws IllegalStateException on another thread, or if the loop is closed
     */
    Timer timer(Duration delay, TimerCallback callback);

    /**
     * Runs a callback again and again at a fixed rate, for the first time after one period. When it is late by a period
     * or more it fires once and goes on from then (TIMER-010).
     *
     * @param period a positive duration
     * @param callback what to run
     * @return the timer
     * @throws IllegalArgumentException if the period is zero or negative
     * @throws IllegalStateException on another thread, or if the loop is closed
     */
    Timer interval(Duration period, TimerCallback callback);

    /**
     * Listens to a signal of the process. The callback runs on the loop thread after each delivery, until the handle is cancelled
     * or the loop closed (SIGNAL-001); several handles, of this loop and of others, are all told (SIGNAL-002). Meanwhile the JVM
     * does nothing by itself at this signal: who listens to TERM has to end the process, for example by {@link #shutdown}.
     *
     * <p>It does not keep the loop running (SIGNAL-003).
     *
     * @param name without SIG and in upper case, for example {@code "TERM"}, {@code "INT"} or {@code "HUP"}
     * @param callback what to run
     * @return the handle
     * @throws IllegalArgumentException if there is no such signal, or if no program or no Java program can listen to it, which
     *     with {@code -Xrs} is so for TERM, INT and HUP too (SIGNAL-007)
     * @throws IllegalStateException on another thread, if the loop is closed, or if the process was started so that it ignores
     *     this signal, as a shell does with INT for what runs in the background (SIGNAL-007)
     */
    Signal signal(String name, SignalCallback callback);

    /**
     * Connects with the default options; see {@link #connect(String, int, ConnectOptions)}.
     *
     * @param host a name or a literal address
     * @param port 1 to 65,535
     * @return the socket
     */
    default Socket connect(String host, int port) {
        return connect(host, port, ConnectOptions.defaults());
    }

    /**
     * Connects to a host. The socket is returned at once: set its callbacks and write to it. The name is resolved off
     * the loop (CONN-006), its addresses are tried until one connects (CONN-009, CONN-010), and every network failure
     * comes to the error callback, never out of this call (ORDER-010).
     *
     * @param host a name, or a literal IPv4 or IPv6 address with or without brackets (CONN-007)
     * @param port 1 to 65,535
     * @param options how to connect
     * @return the socket
     * @throws IllegalArgumentException if the host is empty or the port out of range
     * @throws IllegalStateException if the loop is closed or shutting down
     */
    Socket connect(String host, int port, ConnectOptions options);

    /**
     * Connects to an address, as {@link #connect(String, int, ConnectOptions)} does. To a path nobody listens at is
     * {@link ErrorKind#CONNECT_REFUSED} (UNIX-007), and where the backlog is full the socket waits (UNIX-008).
     *
     * @param address an {@link java.net.InetSocketAddress}, of which an unresolved one is resolved off the loop, or a
     *     {@link java.net.UnixDomainSocketAddress}
     * @param options how to connect
     * @return the socket
     * @throws IllegalArgumentException if the address is of another type, its port is 0, its path is empty or too long, or there
     *     is a local address to connect to a path from (UNIX-009)
     * @throws UnsupportedOperationException if this backend has no Unix-domain sockets (ERR-003)
     * @throws IllegalStateException if the loop is closed or shutting down
     */
    Socket connect(SocketAddress address, ConnectOptions options);

    /**
     * Listens with the default options; see {@link #listen(String, int, ListenOptions, AcceptCallback)}.
     *
     * @param host a literal address, "localhost", or null for 0.0.0.0
     * @param port 0 to 65,535; 0 picks a free one
     * @param onAccept receives each connection
     * @return the server
     */
    default Server listen(@Nullable String host, int port, AcceptCallback onAccept) {
        return listen(host, port, ListenOptions.defaults(), onAccept);
    }

    /**
     * Listens on an address and is connectable from the moment this returns (LISTEN-001). "0.0.0.0" means IPv4 only,
     * "::" both families (LISTEN-007).
     *
     * @param host a literal address, "localhost" for 127.0.0.1, or null for 0.0.0.0; names are not resolved here,
     *     because that would block the loop
     * @param port 0 to 65,535; 0 picks a free one
     * @param options how to listen
     * @param onAccept receives each connection
     * @return the server
     * @throws NetworkException if the address cannot be bound (LISTEN-002)
     * @throws IllegalArgumentException if the host is not a literal address or the port is out of range
     * @throws IllegalStateException if the loop is closed or shutting down
     */
    Server listen(@Nullable String host, int port, ListenOptions options, AcceptCallback onAccept);

    /**
     * Listens on an address, as {@link #listen(String, int, ListenOptions, AcceptCallback)} does. The file of a path is made, and
     * removed when the server closes (UNIX-003); what lies there already is left alone and fails the call, but for a leftover
     * that the options let it replace (UNIX-004, UNIX-005).
     *
     * @param address a resolved {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}
     * @param options how to listen
     * @param onAccept receives each connection
     * @return the server
     * @throws NetworkException if the address cannot be bound (LISTEN-002, UNIX-004, UNIX-007)
     * @throws IllegalArgumentException if the address is of another type or not resolved, if its path is empty or too long
     *     (UNIX-009), or if the options have permissions for what is no path (UNIX-006)
     * @throws UnsupportedOperationException if this backend has no Unix-domain sockets (ERR-003)
     * @throws IllegalStateException if the loop is closed or shutting down
     */
    Server listen(SocketAddress address, ListenOptions options, AcceptCallback onAccept);

    /**
     * Binds a datagram socket with the default options; see {@link #datagram(String, int, DatagramOptions)}.
     *
     * @param host a literal address, "localhost", or null for 0.0.0.0
     * @param port 0 to 65,535; 0 picks a free one
     * @return the socket
     */
    default DatagramSocket datagram(@Nullable String host, int port) {
        return datagram(host, port, DatagramOptions.defaults());
    }

    /**
     * Binds a datagram socket (UDP). It is bound when this returns (DGRAM-001). "0.0.0.0" means IPv4 only, "::" both families: who
     * wants to send only binds to one of them, with port 0.
     *
     * @param host a literal address, "localhost" for 127.0.0.1, or null for 0.0.0.0
     * @param port 0 to 65,535; 0 picks a free one
     * @param options how it is bound and sends
     * @return the socket
     * @throws NetworkException if the address cannot be bound
     * @throws IllegalArgumentException if the host is not a literal address or the port is out of range
     * @throws IllegalStateException if the loop is closed or shutting down
     * @throws UnsupportedOperationException if the backend has no datagrams (ERR-003)
     */
    DatagramSocket datagram(@Nullable String host, int port, DatagramOptions options);

    /**
     * Binds a datagram socket, as {@link #datagram(String, int, DatagramOptions)} does.
     *
     * @param address a resolved {@link java.net.InetSocketAddress}
     * @param options how it is bound and sends
     * @return the socket
     * @throws NetworkException if the address cannot be bound
     * @throws IllegalArgumentException if the address is of another type or not resolved
     * @throws IllegalStateException if the loop is closed or shutting down
     * @throws UnsupportedOperationException if the backend has no datagrams (ERR-003)
     */
    DatagramSocket datagram(SocketAddress address, DatagramOptions options);

    /**
     * Sets where exceptions thrown by callbacks and tasks go. Without it, or if it throws itself, the loop stops and
     * {@code run()} throws the exception, a checked one wrapped in an {@link java.util.concurrent.CompletionException};
     * other handles are left intact and {@code run()} may be called again (LOOP-011).
     *
     * @param callback called on the loop thread, or null for none
     * @return this loop
     */
    EventLoop onUncaught(@Nullable UncaughtCallback callback);

    /**
     * Figures of the loop. Safe from any thread.
     *
     * @return an immutable record of them
     */
    LoopStats stats();

    /**
     * Tells what the loop is doing and what keeps it alive, for people: the answer to "why does my loop not exit?". Safe
     * from any thread, also while a callback blocks the loop. Of more than 20 handles it names 20, and says that there are
     * others (WATCH-004).
     *
     * @return a few lines of text
     */
    String describe();

    /**
     * Tells the same as {@link #describe()}, and more, for programs: an object of JSON, with up to 1,000 of the loop's sockets, servers
     * and datagram sockets (WATCH-004). Safe from any thread, also while a callback blocks the loop. {@link OpenLoops} does it for all
     * loops.
     *
     * @return on one line, in ASCII but for what the user has named otherwise; its keys stand in docs/watching.md
     */
    String describeAsJson();

    /**
     * The name of the backend that runs this loop. Safe from any thread.
     *
     * @return for example {@code "nio"}
     */
    String backend();
}
