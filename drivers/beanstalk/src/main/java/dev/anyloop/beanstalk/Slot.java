package dev.anyloop.beanstalk;

import dev.anyloop.beanstalk.WorkerJob.Outcome;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One of the jobs that a worker works on at a time: waits for a job, has it handled, finishes it, and begins again. */
final class Slot {

    // set once
    private final BeanstalkClient client;
    private final Endpoint endpoint;
    private final WorkerOptions options;
    private final JobHandler handler;
    private final BiConsumer<WorkerJob, Exception> onError;
    private final Runnable onStopped;
    private final Backoff backoff;
    // loop thread
    private @Nullable Reserve reserve;
    private @Nullable Wait retry;
    private boolean stopping;

    Slot(BeanstalkClient client, WorkerOptions options, JobHandler handler, BiConsumer<WorkerJob, Exception> onError,
            Runnable onStopped) {
        this.client = client;
        this.endpoint = client.endpoint();
        this.options = options;
        this.handler = handler;
        this.onError = onError;
        this.onStopped = onStopped;
        this.backoff = new Backoff(endpoint.options());
        if (client.isClosed()) {
            onStopped.run();
        } else {
            reserve();
        }
    }

    private void reserve() {
        reserve = client.reserve(this::reserved);
    }

    /** A loop that is shut down meanwhile stops it as well. */
    private void next() {
        retry = null;
        if (stopping || client.isClosed() || !endpoint.tries(this::reserve)) {
            onStopped.run();
        }
    }

    private void reserved(@Nullable ReservedJob job, @Nullable BeanstalkException error) {
        reserve = null;
        if (job != null) {
            backoff.reset();
            handle(job);
        } else if (stopping || error.kind() == BeanstalkError.CLOSED) {
            onStopped.run();
        } else {
            retry = endpoint.after(backoff.next(), timer -> next()); // the server has its troubles
        }
    }

    private void handle(ReservedJob reserved) {
        WorkerJob job = new WorkerJob(reserved, new Keeping(endpoint, reserved, options.keep()), this::finish);
        endpoint.call(() -> {
            try {
                handler.handle(job);
            } catch (Exception thrown) {
                if (job.isFinished()) {
                    throw thrown;
                }
                job.failed(thrown);
            } catch (Error thrown) {
                if (!job.isFinished()) {
                    job.failed(new IllegalStateException("the handler threw " + thrown.getClass().getName(), thrown));
                }
                throw thrown;
            }
        });
    }

    // ---- finishing ----

    private void finish(WorkerJob job, Outcome outcome) {
        ReservedJob reserved = job.reserved();
        if (outcome.failure() == null) {
            reserved.delete(error -> finished(job, error));
            return;
        }
        onError.accept(job, outcome.failure());
        reserved.stats((stats, error) -> {
            if (stats == null) {
                finished(job, Objects.requireNonNull(error));
            } else if (outcome.bury() || stats.number("reserves") >= options.attempts()) {
                reserved.bury(stats.number("pri"), refused -> finished(job, refused));
            } else {
                reserved.release(stats.number("pri"), options.retryDelay(), refused -> finished(job, refused));
            }
        });
    }

    private void finished(WorkerJob job, @Nullable BeanstalkException error) {
        if (error != null) {
            job.reserved().abandon();
            onError.accept(job, error);
        }
        next();
    }

    /** Waits for no more jobs; one that is there is finished. */
    void stop() {
        stopping = true;
        boolean waits = reserve != null && reserve.cancel();
        if (retry != null) {
            retry.cancel();
        }
        if (waits || retry != null) {
            endpoint.later(onStopped::run);
        }
    }
}
