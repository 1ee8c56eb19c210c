package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.EventLoop;
import dev.anyloop.beanstalk.BeanstalkClient;
import dev.anyloop.beanstalk.BeanstalkWorker;
import dev.anyloop.beanstalk.WorkerJob;
import dev.anyloop.beanstalk.WorkerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** A producer, a worker that does three jobs at a time, and between them a beanstalkd, which is started for them and ended after. */
public final class BeanstalkJobs {

    private static final String HOST = "127.0.0.1";
    private static final int JOBS = 10;

    private final EventLoop loop;
    private final BeanstalkClient client;
    private final BeanstalkWorker worker;
    private final Set<Long> tried = new HashSet<>();
    private int done;

    private BeanstalkJobs(EventLoop loop, int port) {
        this.loop = loop;
        client = BeanstalkClient.connect(loop, HOST, port)
                .onLost((same, cause) -> System.out.println(cause.getMessage())); // it tries again until the server is up
        client.use("greetings", (tube, error) -> { });
        client.watch("greetings", (count, error) -> { });
        for (int i = 1; i <= JOBS; i++) {
            String name = "client " + i;
            client.put(name.getBytes(UTF_8), (job, error) -> System.out.println(
                    error != null ? error.getMessage() : "put a greeting for " + name + " as job " + job.id()));
        }
        WorkerOptions options = WorkerOptions.defaults().withJobs(3).withRetryDelay(Duration.ofSeconds(1));
        worker = BeanstalkWorker.start(client, options, this::greet)
                .onError((job, error) -> System.out.println("job " + job.id() + ", to be tried again: " + error.getMessage()));
    }

    private void greet(WorkerJob job) throws IOException {
        String name = new String(job.body(), UTF_8);
        if (name.endsWith("7") && tried.add(job.id())) {
            throw new IOException(name + " does not answer");
        }
        loop.timer(Duration.ofMillis(100), timer -> { // to greet takes its time
            System.out.println("Hello, " + name + "!");
            job.done();
            if (++done == JOBS) {
                worker.stop(stopped -> client.close());
            }
        });
    }

    /**
     * Runs until all jobs are done.
     *
     * @param args none
     * @throws IOException if the server cannot be started
     */
    public static void main(String[] args) throws IOException {
        int port = freePort();
        Process server;
        try {
            server = new ProcessBuilder("beanstalkd", "-l", HOST, "-p", String.valueOf(port)).inheritIO().start();
        } catch (IOException e) {
            System.out.println("This needs a beanstalkd on the PATH; on Debian: apt-get install beanstalkd. " + e.getMessage());
            return;
        }
        try {
            EventLoop.start(loop -> new BeanstalkJobs(loop, port));
        } finally {
            server.destroy();
        }
        System.out.println("All jobs are done.");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return free.getLocalPort();
        }
    }
}
