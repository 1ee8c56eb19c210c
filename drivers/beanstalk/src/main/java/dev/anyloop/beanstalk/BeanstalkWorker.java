package dev.anyloop.beanstalk;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Works on the jobs of the tubes that its client watches, so many at a time. Each is handed to a {@link JobHandler}, touched while it
 * is worked on, and deleted when it is done; it is released with a delay when it has failed, and buried when it has failed too often.
 * How often is what the server has counted, for all workers together.
 *
 * <p>No job is dropped: what is lost with a connection the server gives to somebody else. So a job may be handled more than once, as
 * with every queue; whoever handled it in vain is told ({@link #onError}), and all others know that theirs was the one time.
 */
public final class BeanstalkWorker {

    private static final System.Logger LOGGER = System.getLogger("dev.anyloop.beanstalk");

    // set once
    private final Endpoint endpoint;
    private final List<Slot> slots = new ArrayList<>();
    // loop thread
    private @Nullable JobErrorCallback onError;
    private int running;
    private boolean stopping;
    private final List<WorkerCallback> onStopped = new ArrayList<>();

    private BeanstalkWorker(BeanstalkClient client, WorkerOptions options, JobHandler handler) {
        this.endpoint = client.endpoint();
        this.running = options.jobs();
        for (int i = 0; i < options.jobs(); i++) {
            slots.add(new Slot(client, options, handler, this::failed, this::slotStopped));
        }
    }

    /**
     * Starts a worker.
     *
     * @param client whose tubes it watches; those watched when it next waits for a job
     * @param options how many jobs at a time, and what becomes of those that fail
     * @param handler works on them
     * @return the worker
     */
    public static BeanstalkWorker start(BeanstalkClient client, WorkerOptions options, JobHandler handler) {
        client.endpoint().checkThread();
        return new BeanstalkWorker(client, Objects.requireNonNull(options, "options"), Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Sets what is told when a job has failed, or could not be deleted. Without it that is logged as a warning.
     *
     * @param callback called on the loop thread, each time
     * @return this worker
     */
    public BeanstalkWorker onError(JobErrorCallback callback) {
        endpoint.checkThread();
        onError = Objects.requireNonNull(callback, "callback");
        return this;
    }

    private void failed(WorkerJob job, Exception error) {
        JobErrorCallback told = onError;
        if (told != null) {
            endpoint.call(() -> told.failed(job, error));
        } else {
            LOGGER.log(System.Logger.Level.WARNING, job + " has failed", error);
        }
    }

    /**
     * Stops: it takes no more jobs, and those it has are finished. A job that the server is just sending goes back.
     *
     * @param callback told when the last one is
     */
    public void stop(WorkerCallback callback) {
        Objects.requireNonNull(callback, "callback");
        endpoint.checkThread();
        if (running == 0) {
            endpoint.later(() -> callback.stopped(this));
            return;
        }
        onStopped.add(callback);
        if (!stopping) {
            stopping = true;
            slots.forEach(Slot::stop);
        }
    }

    private void slotStopped() {
        if (--running == 0) {
            onStopped.forEach(callback -> endpoint.call(() -> callback.stopped(this)));
            onStopped.clear();
        }
    }
}
