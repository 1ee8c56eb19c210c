package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.EventLoop;
import dev.anyloop.beanstalk.BeanstalkClient;
import dev.anyloop.beanstalk.BeanstalkError;
import dev.anyloop.beanstalk.BeanstalkWorker;
import dev.anyloop.beanstalk.OutcomeUnknownException;
import dev.anyloop.beanstalk.PutOptions;
import dev.anyloop.beanstalk.Reserve;
import dev.anyloop.beanstalk.WorkerOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What the page about beanstalkd shows, so that it compiles. {@link DocumentationTest} compares. */
abstract class BeanstalkSnippets {

    abstract void send(byte[] mail);

    abstract void again(byte[] mail);

    abstract void lookForIt(byte[] mail);

    static void producer() {
        EventLoop.start(loop -> {
            BeanstalkClient client = BeanstalkClient.connect(loop, "127.0.0.1", 11300);
            client.use("mails", (tube, error) -> { });
            client.put("to: you".getBytes(UTF_8), (job, error) ->
                    System.out.println(error != null ? error.getMessage() : "job " + job.id()));
            client.close(); // when all of this is answered
        });
    }

    void worker(EventLoop loop, Executor threads) {
        BeanstalkClient client = BeanstalkClient.connect(loop, "127.0.0.1", 11300);
        client.watch("mails", (count, error) -> { });
        WorkerOptions options = WorkerOptions.defaults().withJobs(10).withAttempts(5).withRetryDelay(Duration.ofSeconds(30));
        BeanstalkWorker worker = BeanstalkWorker.start(client, options, job -> threads.execute(() -> {
            try {
                send(job.body()); // may block: this is a thread of its own
                loop.execute(job::done);
            } catch (RuntimeException e) {
                loop.execute(() -> job.failed(e));
            }
        }));
        worker.onError((job, error) -> System.err.println(job + ": " + error.getMessage()));
        loop.signal("TERM", signal -> worker.stop(stopped -> client.close()));
    }

    void outcomes(BeanstalkClient client, byte[] mail) {
        PutOptions soon = PutOptions.defaults().withDelay(Duration.ofSeconds(60));
        client.put(mail, soon, (job, error) -> {
            if (error instanceof OutcomeUnknownException) {
                lookForIt(mail); // it may be there or not
            } else if (error != null && error.kind() == BeanstalkError.CONNECTION_LOST) {
                again(mail); // it is not there
            }
        });
    }

    static void reserve(EventLoop loop, BeanstalkClient client) {
        Reserve waiting = client.reserve((job, error) -> {
            if (job != null) {
                job.delete(refused -> System.out.println(refused == null ? "done" : refused.getMessage()));
            }
        });
        loop.timer(Duration.ofSeconds(10), timer -> waiting.cancel());
    }

    static CompletableFuture<Long> future(BeanstalkClient client, byte[] mail) {
        CompletableFuture<Long> id = new CompletableFuture<>();
        client.put(mail, (job, error) -> {
            if (error != null) {
                id.completeExceptionally(error);
            } else {
                id.complete(job.id());
            }
        });
        return id;
    }
}
