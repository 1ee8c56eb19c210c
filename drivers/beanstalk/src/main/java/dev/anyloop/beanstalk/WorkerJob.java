package dev.anyloop.beanstalk;

import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A job in the hands of a {@link JobHandler}, which says once what has become of it. The worker touches it meanwhile. All methods
 * belong to the loop thread.
 */
public final class WorkerJob {

    // set once
    private final ReservedJob job;
    private final Keeping keeping;
    private final BiConsumer<WorkerJob, Outcome> finish;
    // loop thread
    private @Nullable Outcome outcome;

    /** What has become of it: done if there is no failure. */
    record Outcome(@Nullable Exception failure, boolean bury) {}

    WorkerJob(ReservedJob job, Keeping keeping, BiConsumer<WorkerJob, Outcome> finish) {
        this.job = job;
        this.keeping = keeping;
        this.finish = finish;
    }

    /**
     * Its id.
     *
     * @return unique on its server
     */
    public long id() {
        return job.id();
    }

    /**
     * Its bytes.
     *
     * @return the receiver's to keep
     */
    public byte[] body() {
        return job.body();
    }

    /**
     * Whether nobody else can have got it meanwhile, as far as is known here: whoever works for long may ask, and stop.
     *
     * @return false if it was lost, or is finished
     */
    public boolean isHeld() {
        return job.isHeld();
    }

    /**
     * It is done: it is deleted. If that cannot be known, {@link BeanstalkWorker#onError} is told.
     *
     * @throws IllegalStateException if it is finished already, or on another thread
     */
    public void done() {
        finish(new Outcome(null, false));
    }

    /**
     * It has failed: it is released, to be tried again after a delay, or buried if it was tried often enough.
     *
     * @param error why, for {@link BeanstalkWorker#onError}
     * @throws IllegalStateException if it is finished already, or on another thread
     */
    public void failed(Exception error) {
        finish(new Outcome(Objects.requireNonNull(error, "error"), false));
    }

    /**
     * It will never succeed: it is buried.
     *
     * @param error why, for {@link BeanstalkWorker#onError}
     * @throws IllegalStateException if it is finished already, or on another thread
     */
    public void bury(Exception error) {
        finish(new Outcome(Objects.requireNonNull(error, "error"), true));
    }

    private void finish(Outcome what) {
        job.checkThread();
        if (outcome != null) {
            throw new IllegalStateException(job + " is finished already (call done, failed or bury once)");
        }
        outcome = what;
        keeping.stop();
        finish.accept(this, what);
    }

    ReservedJob reserved() {
        return job;
    }

    boolean isFinished() {
        return outcome != null;
    }

    /** For people. */
    @Override
    public String toString() {
        return job.toString();
    }
}
