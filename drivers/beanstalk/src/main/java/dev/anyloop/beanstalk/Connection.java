package dev.anyloop.beanstalk;

import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.beanstalk.protocol.Command;
import dev.anyloop.beanstalk.protocol.Commands;
import dev.anyloop.beanstalk.protocol.GarbledException;
import dev.anyloop.beanstalk.protocol.Session;
import dev.anyloop.beanstalk.protocol.Session.Answered;
import dev.anyloop.beanstalk.protocol.Tubes;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection, from the attempt to make it until it is gone. It does not come back; who owns it may make another. */
final class Connection {

    /** Who is told what becomes of it. */
    interface Owner {

        /** It is there. */
        default void connected() {}

        /** It is gone; after this, what was asked on it is told so. */
        void lost(Exception cause);
    }

    private static final int LARGEST_LISTING = 1 << 22; // bytes; tubes are many where they are made for each client

    // set once
    private final Endpoint endpoint;
    private final Socket socket;
    private final Session<Pending<?>> session;
    // loop thread
    private Owner owner;
    private Tubes tubes = Tubes.INITIAL;
    private @Nullable Duration timeout;
    private boolean answered;
    private boolean ending;
    private @Nullable Exception cause; // of its end
    private boolean gone;

    Connection(Endpoint endpoint, Owner owner) {
        this.endpoint = endpoint;
        this.owner = owner;
        this.session = new Session<>(Math.max(endpoint.options().maxJobSize(), LARGEST_LISTING));
        this.socket = endpoint.connect()
                .onConnect(s -> this.owner.connected())
                .onRead((s, data) -> read(data))
                .onError((s, error) -> { }) // the close callback gets it, too
                .onClose((s, error) -> closed(error));
    }

    /** Whoever has it now. */
    void owner(Owner next) {
        owner = next;
    }

    /** As they will be when all that was asked is answered. */
    Tubes tubes() {
        return tubes;
    }

    /** Whether the server has ever answered here. */
    boolean hasAnswered() {
        return answered;
    }

    int unanswered() {
        return session.unanswered();
    }

    // ---- asking ----

    <T> void send(Command<T> command, AnswerCallback<T> callback) {
        Pending<T> pending = new Pending<>(endpoint, command, callback);
        if (gone) {
            endpoint.later(() -> pending.lost(cause));
            return;
        }
        session.ask(pending);
        tubes = command.on(tubes);
        socket.write(ByteBuffer.wrap(command.bytes()), pending);
        adjustTimeout();
    }

    /** Makes the tubes be those; the connection ends if they cannot be. */
    void restore(Tubes wanted) {
        for (Command<?> command : wanted.after(tubes)) {
            send(command, (answer, error) -> { }); // a refusal leaves it out of step, which ends it
        }
    }

    /** Ends when all that was asked is answered. */
    void end() {
        ending = true;
        endIfAnswered();
    }

    private void endIfAnswered() {
        if (ending && session.unanswered() == 0 && socket.isOpen()) {
            socket.write(Commands.QUIT);
            socket.close();
        }
    }

    /** Ends now: the server makes ready what is reserved here, the job that it is just sending too. */
    void close() {
        socket.close();
    }

    /** Ends now, and does not wait for the network. */
    void abort() {
        socket.abort();
    }

    // ---- being answered ----

    private void read(ByteBuffer data) {
        try {
            while (socket.isOpen()) { // a callback may have ended it
                Answered<Pending<?>> next = session.next(data);
                if (next == null) {
                    break;
                }
                deliver(next);
            }
        } catch (GarbledException e) {
            abort(e);
        }
        adjustTimeout();
        endIfAnswered();
    }

    private void deliver(Answered<Pending<?>> next) throws GarbledException {
        Pending<?> pending = next.asked();
        answered = true;
        try {
            pending.answered(next.answer());
        } catch (GarbledException e) {
            pending.lost(e);
            throw e;
        }
        if (pending.command().isOutOfStepAfter(next.answer())) {
            abort(endpoint.failure(BeanstalkError.valueOf(next.answer().word().name()), pending.command(), null));
        }
    }

    private void abort(Exception why) {
        cause = why;
        socket.abort();
    }

    /** The server may be silent while it owes nothing; while it waits for a job on purpose, so much longer. */
    private void adjustTimeout() {
        Pending<?> first = session.first();
        Duration wanted = first == null ? null : timeout(first.command());
        if (!Objects.equals(wanted, timeout)) {
            timeout = wanted;
            socket.readTimeout(wanted);
        }
    }

    private Duration timeout(Command<?> command) {
        Duration patience = endpoint.options().answerTimeout();
        return command.waitSeconds() == 0 ? patience : patience.plusSeconds(command.waitSeconds());
    }

    // ---- the end ----

    private void closed(@Nullable NetworkException error) {
        Exception why = cause != null ? cause : error != null ? error : new EOFException("the server ended the connection");
        cause = why;
        gone = true;
        owner.lost(why);
        session.lost().forEach(pending -> pending.lost(why));
        endpoint.call(endpoint::tell);
    }
}
