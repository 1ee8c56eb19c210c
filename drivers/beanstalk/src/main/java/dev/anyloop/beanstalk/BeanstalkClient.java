package dev.anyloop.beanstalk;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.beanstalk.protocol.Answer;
import dev.anyloop.beanstalk.protocol.Checks;
import dev.anyloop.beanstalk.protocol.Command;
import dev.anyloop.beanstalk.protocol.Commands;
import dev.anyloop.beanstalk.protocol.Tubes;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of one beanstalkd: all the commands of its version 1.12. It connects by itself, and again when the connection is lost, until
 * it is closed; so long it keeps {@link EventLoop#run()} from returning.
 *
 * <p><b>Commands</b> are sent at once, one behind the other on one connection, and answered in their order. While there is no
 * connection they wait for one, as long as {@link BeanstalkOptions#answerTimeout} says. On a new one the tubes used and watched are
 * restored before anything else is asked. Each callback comes exactly once: what is lost with a connection fails, by
 * {@link OutcomeUnknownException} if it might have been done, and by {@link BeanstalkError#CONNECTION_LOST} if it was not, or if to do
 * it has no effect on jobs. Nothing is asked twice.
 *
 * <p><b>Jobs</b> are waited for and held on connections of their own, a job each, which are made as they are needed: a wait blocks
 * nobody.
 *
 * <p>What the server would refuse, misread or take for something else, a name, a size, a number, is refused at the call by
 * {@link IllegalArgumentException}. A call on another thread, on a closed client, or with too much unanswered throws
 * {@link IllegalStateException}. The class is long because the protocol has many commands.
 */
public final class BeanstalkClient implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger("dev.anyloop.beanstalk");

    // set once
    private final Endpoint endpoint;
    private final CommandLine line;
    private final JobConnections jobConnections;
    private final Set<ReserveRequest> waiting = new LinkedHashSet<>();
    // loop thread
    private @Nullable LostCallback onLost;
    private Tubes tubes = Tubes.INITIAL; // of waits for jobs: only those watched change
    private boolean closed;

    private BeanstalkClient(EventLoop loop, String name, Supplier<Socket> connector, BeanstalkOptions options) {
        this.endpoint = new Endpoint(loop, name, connector, options);
        this.line = new CommandLine(endpoint, this::lost);
        this.jobConnections = new JobConnections(endpoint);
        endpoint.whenClosed(() -> {
            closed = true;
            giveUpWaiting();
            line.giveUp();
        });
    }

    /**
     * A client of the server at a host, with the default options.
     *
     * @param loop whose thread calls this
     * @param host a name or an address
     * @param port beanstalkd's own choice is 11300
     * @return the client, which begins to connect
     */
    public static BeanstalkClient connect(EventLoop loop, String host, int port) {
        return connect(loop, host, port, BeanstalkOptions.defaults());
    }

    /**
     * A client of the server at a host.
     *
     * @param loop whose thread calls this
     * @param host a name or an address
     * @param port beanstalkd's own choice is 11300
     * @param options how it behaves
     * @return the client, which begins to connect
     * @throws IllegalArgumentException if there is no such port
     */
    public static BeanstalkClient connect(EventLoop loop, String host, int port, BeanstalkOptions options) {
        return new BeanstalkClient(loop, host + ":" + port, () -> loop.connect(host, port, options.connect()), options);
    }

    /**
     * A client of the server at an address, which may be the path of a Unix-domain socket.
     *
     * @param loop whose thread calls this
     * @param address where the server listens
     * @param options how it behaves
     * @return the client, which begins to connect
     */
    public static BeanstalkClient connect(EventLoop loop, SocketAddress address, BeanstalkOptions options) {
        return new BeanstalkClient(loop, address.toString(), () -> loop.connect(address, options.connect()), options);
    }

    /**
     * Sets what is told when there is no connection for commands. Without it that is logged as a warning.
     *
     * @param callback called on the loop thread, each time
     * @return this client
     */
    public BeanstalkClient onLost(LostCallback callback) {
        endpoint.checkThread();
        onLost = Objects.requireNonNull(callback, "callback");
        return this;
    }

    private void lost(Exception cause) {
        LostCallback told = onLost;
        if (told != null) {
            endpoint.call(() -> told.lost(this, cause));
        } else {
            LOGGER.log(System.Logger.Level.WARNING, "no connection to the beanstalkd at " + endpoint + ": " + cause.getMessage());
        }
    }

    // ---- producing ----

    /**
     * Puts a job into the tube that is used, with the default options.
     *
     * @param body any bytes; the array is the caller's again when this returns
     * @param callback told its id
     */
    public void put(byte[] body, AnswerCallback<Inserted> callback) {
        put(body, PutOptions.defaults(), callback);
    }

    /**
     * Puts a job into the tube that is used.
     *
     * @param body any bytes; the array is the caller's again when this returns
     * @param options its priority, delay and time to run
     * @param callback told its id, or {@link BeanstalkError#DRAINING}, {@link BeanstalkError#JOB_TOO_BIG} and others, or by
     *     {@link OutcomeUnknownException} that it may be there or not
     * @throws IllegalArgumentException if the body is larger than {@link BeanstalkOptions#maxJobSize}
     */
    public void put(byte[] body, PutOptions options, AnswerCallback<Inserted> callback) {
        ask(Commands.put(options.priority(), options.delay(), options.timeToRun(), body, endpoint.options().maxJobSize()),
                answer -> new Inserted(answer.number(), answer.word().name().equals("BURIED")), callback);
    }

    /**
     * Uses a tube: what is put, peeked at and kicked from now on is there. It is restored on each new connection.
     *
     * @param tube 1 to 200 letters, digits and {@code -+/;.$_()}, of which {@code -} cannot be the first
     * @param callback told the tube
     */
    public void use(String tube, AnswerCallback<String> callback) {
        ask(Commands.use(tube), answer -> answer, callback);
    }

    // ---- working ----

    /**
     * Watches a tube as well: the next jobs that are asked for may come from there. It is in force from this call on, whatever
     * becomes of the answer.
     *
     * @param tube as for {@link #use}
     * @param callback told how many are watched
     */
    public void watch(String tube, AnswerCallback<Integer> callback) {
        Command<Integer> command = Commands.watch(tube);
        ask(command, count -> count, callback);
        tubes = command.on(tubes);
    }

    /**
     * Watches a tube no longer. It is in force from this call on, whatever becomes of the answer.
     *
     * @param tube as for {@link #use}
     * @param callback told how many are watched, or {@link BeanstalkError#NOT_IGNORED} if it is the only one
     */
    public void ignore(String tube, AnswerCallback<Integer> callback) {
        Command<Integer> command = Commands.ignore(tube);
        ask(command, count -> count, callback);
        tubes = command.on(tubes);
    }

    /**
     * Waits for a job of the tubes that are watched now, until there is one or this is cancelled: lost connections are made
     * again meanwhile.
     *
     * @param callback told the job, or an error if the server cannot
     * @return what cancels it
     */
    public Reserve reserve(AnswerCallback<ReservedJob> callback) {
        return reserve(ReserveRequest.FOR_EVER, callback);
    }

    /**
     * Waits for a job of the tubes that are watched now.
     *
     * @param timeout whole seconds, 0 to 2,147,483,647; with 0 there is a job only if one is ready. It counts from when the server has
     *     heard of it
     * @param callback told the job, or {@link BeanstalkError#TIMED_OUT}, or {@link BeanstalkError#CONNECTION_LOST} if the server could
     *     not be asked in that time and {@link BeanstalkOptions#answerTimeout}
     * @return what cancels it
     */
    public Reserve reserve(Duration timeout, AnswerCallback<ReservedJob> callback) {
        return reserve(Checks.wait(timeout), callback);
    }

    private Reserve reserve(long seconds, AnswerCallback<ReservedJob> callback) {
        Objects.requireNonNull(callback, "callback");
        checkNotClosed();
        return ReserveRequest.next(endpoint, jobConnections, tubes, seconds, waiting, callback);
    }

    /**
     * Takes a certain job, in whichever tube, even if it is delayed or buried.
     *
     * @param id its id
     * @param callback told the job, or {@link BeanstalkError#NOT_FOUND}
     * @return what cancels it
     */
    public Reserve reserveJob(long id, AnswerCallback<ReservedJob> callback) {
        Objects.requireNonNull(callback, "callback");
        checkNotClosed();
        return ReserveRequest.ofId(endpoint, jobConnections, id, waiting, callback);
    }

    // ---- by id: what is held is finished by ReservedJob ----

    /**
     * Deletes a job that nobody holds.
     *
     * @param id its id
     * @param callback told {@link BeanstalkError#NOT_FOUND} if there is none, or somebody holds it
     */
    public void delete(long id, DoneCallback callback) {
        ask(Commands.delete(id), callback);
    }

    /**
     * Makes a job ready that is buried or delayed.
     *
     * @param id its id
     * @param callback told {@link BeanstalkError#NOT_FOUND} if there is none, or it is neither
     */
    public void kickJob(long id, DoneCallback callback) {
        ask(Commands.kickJob(id), callback);
    }

    /**
     * Makes jobs of the used tube ready: those that are buried, or if there are none, those that are delayed.
     *
     * @param most how many, at least 1
     * @param callback told how many there were
     */
    public void kick(long most, AnswerCallback<Long> callback) {
        ask(Commands.kick(most), count -> count, callback);
    }

    // ---- looking ----

    /**
     * Shows a job.
     *
     * @param id its id
     * @param callback told the job, or {@link BeanstalkError#NOT_FOUND}
     */
    public void peek(long id, AnswerCallback<Job> callback) {
        ask(Commands.peek(id), BeanstalkClient::job, callback);
    }

    /**
     * Shows the job of the used tube that is to be reserved next.
     *
     * @param callback told the job, or {@link BeanstalkError#NOT_FOUND}
     */
    public void peekReady(AnswerCallback<Job> callback) {
        ask(Commands.peekReady(), BeanstalkClient::job, callback);
    }

    /**
     * Shows the job of the used tube whose delay is over next.
     *
     * @param callback told the job, or {@link BeanstalkError#NOT_FOUND}
     */
    public void peekDelayed(AnswerCallback<Job> callback) {
        ask(Commands.peekDelayed(), BeanstalkClient::job, callback);
    }

    /**
     * Shows the job of the used tube that is to be kicked next.
     *
     * @param callback told the job, or {@link BeanstalkError#NOT_FOUND}
     */
    public void peekBuried(AnswerCallback<Job> callback) {
        ask(Commands.peekBuried(), BeanstalkClient::job, callback);
    }

    /**
     * Asks for the statistics of the server.
     *
     * @param callback told them
     */
    public void stats(AnswerCallback<Stats> callback) {
        ask(Commands.stats(), Stats::new, callback);
    }

    /**
     * Asks for the statistics of a job.
     *
     * @param id its id
     * @param callback told them, or {@link BeanstalkError#NOT_FOUND}
     */
    public void statsJob(long id, AnswerCallback<Stats> callback) {
        ask(Commands.statsJob(id), Stats::new, callback);
    }

    /**
     * Asks for the statistics of a tube.
     *
     * @param tube its name
     * @param callback told them, or {@link BeanstalkError#NOT_FOUND}
     */
    public void statsTube(String tube, AnswerCallback<Stats> callback) {
        ask(Commands.statsTube(tube), Stats::new, callback);
    }

    /**
     * Asks for all tubes there are.
     *
     * @param callback told their names
     */
    public void listTubes(AnswerCallback<List<String>> callback) {
        ask(Commands.listTubes(), names -> names, callback);
    }

    /**
     * Asks for the tube that is used.
     *
     * @param callback told its name
     */
    public void listTubeUsed(AnswerCallback<String> callback) {
        ask(Commands.listTubeUsed(), name -> name, callback);
    }

    /**
     * Asks for the tubes that are watched.
     *
     * @param callback told their names
     */
    public void listTubesWatched(AnswerCallback<List<String>> callback) {
        ask(Commands.listTubesWatched(), names -> names, callback);
    }

    /**
     * Lets nobody reserve a job of a tube for a time.
     *
     * @param tube its name
     * @param time whole seconds; 0 ends a pause
     * @param callback told {@link BeanstalkError#NOT_FOUND} if there is no such tube
     */
    public void pauseTube(String tube, Duration time, DoneCallback callback) {
        ask(Commands.pauseTube(tube, time), callback);
    }

    // ---- the end ----

    /**
     * Closes the client. What was asked is answered, or fails, as ever; who waits for a job is told {@link BeanstalkError#CLOSED};
     * jobs that are held go back to the server. To work up what is held, stop the worker first. A second call does nothing.
     */
    @Override
    public void close() {
        endpoint.checkThread();
        closed = true;
        giveUpWaiting(); // again, too: stack may have run out in the middle of it
        jobConnections.close();
        line.close();
    }

    private void giveUpWaiting() {
        new ArrayList<>(waiting).forEach(ReserveRequest::giveUp);
    }

    // ---- asking ----

    private void ask(Command<Answer> command, DoneCallback callback) {
        Objects.requireNonNull(callback, "callback");
        checkOpen();
        line.send(command, (answer, error) -> callback.done(error));
    }

    private <A, T> void ask(Command<A> command, Reading<A, T> reading, AnswerCallback<T> callback) {
        Objects.requireNonNull(callback, "callback");
        checkOpen();
        line.send(command, (answer, error) -> callback.answered(answer == null ? null : reading.of(answer), error));
    }

    /** Makes of an answer what users are told. */
    @FunctionalInterface
    private interface Reading<A, T> {
        T of(A answer);
    }

    private static Job job(Answer found) {
        return new Job(found.number(), Objects.requireNonNull(found.body()));
    }

    private void checkNotClosed() {
        endpoint.checkThread();
        if (closed) {
            throw new IllegalStateException("the client of " + endpoint + " is closed (connect another one)");
        }
    }

    private void checkOpen() {
        checkNotClosed();
        if (line.unanswered() >= endpoint.options().maxUnanswered()) {
            throw new IllegalStateException(line.unanswered() + " commands to " + endpoint
                    + " are unanswered (wait for answers, or use BeanstalkOptions.withMaxUnanswered)");
        }
    }

    boolean isClosed() {
        return closed;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** For people. */
    @Override
    public String toString() {
        return "client of " + endpoint;
    }
}
