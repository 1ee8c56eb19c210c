package dev.anyloop.core.transport;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import java.io.IOException;

/**
 * An error that the engine knows better than by the words of a message, which the system writes in its own language: by
 * its kind or by its number. Other exceptions core has to tell by their class, and by what the JDK says when it meets the
 * same error (ERR-002).
 */
public final class EngineException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final boolean isSystems;
    private final boolean isBusy;
    private final boolean isOfOneConnection;

    /**
     * For what is no error of the system, or has a kind whatever was being done.
     *
     * @param kind what went wrong
     * @param message what happened
     */
    public EngineException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
        this.isSystems = false;
        this.isBusy = false;
        this.isOfOneConnection = false;
    }

    /**
     * For engines that have the system's error number.
     *
     * @param errno the number, as Linux has it, on the machines that share most of them: x86, Arm, RISC-V
     * @param message the system's words for it
     */
    public EngineException(int errno, String message) {
        super(message);
        this.kind = LinuxErrors.kind(errno);
        this.isSystems = true;
        this.isBusy = errno == LinuxErrors.EAGAIN;
        this.isOfOneConnection = LinuxErrors.isOfOneConnection(errno);
    }

    /**
     * For what no system and no network did: want of memory or stack above all, which costs the connection that it was
     * for and no other (RES-008).
     *
     * @param operation what was being done
     * @param cause what was thrown
     */
    public EngineException(Operation operation, Throwable cause) {
        super(operation + ": " + cause, cause);
        this.kind = ErrorKind.OTHER;
        this.isSystems = false;
        this.isBusy = false;
        this.isOfOneConnection = false;
    }

    /**
     * What went wrong. What the system says of a connection that was made has one meaning only: it is gone.
     *
     * @param operation what was being done
     * @return the kind
     */
    public ErrorKind kind(Operation operation) {
        boolean connected = operation == Operation.READ || operation == Operation.WRITE || operation == Operation.CLOSE
                || operation == Operation.SECURE;
        return isSystems && connected && kind != ErrorKind.OTHER ? ErrorKind.CONNECTION_RESET : kind;
    }

    /**
     * Whether the system would rather be asked again later, as it would when the backlog of a Unix-domain socket is full
     * (UNIX-008).
     *
     * @return true for EAGAIN
     */
    public boolean isBusy() {
        return isBusy;
    }

    /**
     * Whether accepting failed for one connection, of which nobody has heard, and the next one may be accepted at once (LISTEN-010).
     *
     * @return true for what befalls a connection before it is accepted
     */
    public boolean isOfOneConnection() {
        return isOfOneConnection;
    }
}
