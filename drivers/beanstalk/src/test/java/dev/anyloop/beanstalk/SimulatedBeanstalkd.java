package dev.anyloop.beanstalk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A beanstalkd in small, as a program for simulated hosts. What it was told to keep it keeps over a crash, as with {@code -b}.
 * It was written by watching the real one; {@link RealServerTest} runs the same client against that.
 */
final class SimulatedBeanstalkd {

    static final int PORT = 11300;

    private static final class StoredJob {
        private long id;
        private String tube;
        private long priority;
        private long timeToRun;
        private byte[] body;
        private String state;
        private int reserves;
        private Client holder;
        private Timer timer;

        private void become(String next) {
            state = next;
            holder = null;
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }
    }

    // kept over a crash
    final Map<Long, StoredJob> jobs = new TreeMap<>();
    final Map<Long, String> inserted = new TreeMap<>();
    final List<Long> deleted = new ArrayList<>();
    /** Of all connections, each with its number in front. */
    final List<String> commands = new ArrayList<>();
    boolean draining;
    // of one life
    private EventLoop loop;
    private final Set<Client> clients = new LinkedHashSet<>();
    private int connections;

    void start(EventLoop on) {
        loop = on;
        clients.clear();
        connections = 0;
        jobs.values().forEach(job -> {
            String state = job.state;
            job.timer = null;
            job.become(state.equals("reserved") ? "ready" : state);
            if (state.equals("delayed")) {
                delay(job, 1);
            }
        });
        loop.listen(null, PORT, (server, socket) -> clients.add(new Client(socket)));
    }

    private void delay(StoredJob job, long seconds) {
        job.become(seconds == 0 ? "ready" : "delayed");
        if (seconds > 0) {
            job.timer = loop.timer(Duration.ofSeconds(seconds), timer -> {
                job.become("ready");
                serve();
            });
        }
        serve();
    }

    private void startTimeToRun(StoredJob job) {
        if (job.timer != null) {
            job.timer.cancel();
        }
        job.timer = loop.timer(Duration.ofSeconds(job.timeToRun), timer -> delay(job, 0));
    }

    private void serve() {
        for (Client client : new ArrayList<>(clients)) {
            if (client.waiting) {
                client.takeNext();
            }
        }
    }

    long count(String state) {
        return jobs.values().stream().filter(job -> job.state.equals(state)).count();
    }

    int waiting() {
        return (int) clients.stream().filter(client -> client.waiting).count();
    }

    /** How many there have been. */
    int lastConnection() {
        return connections;
    }

    int connected() {
        return clients.size();
    }

    private final class Client {

        private final Socket socket;
        private final int number = ++connections;
        private final Set<String> watched = new TreeSet<>(Set.of("default"));
        private final StringBuilder input = new StringBuilder();
        private String used = "default";
        private boolean waiting;
        private Timer timeout;

        Client(Socket socket) {
            this.socket = socket.onRead((s, data) -> read(data))
                    .onEnd(s -> ended())
                    .onError((s, error) -> { })
                    .onClose((s, error) -> leave());
        }

        private void ended() {
            if (waiting) {
                answerWaiting("TIMED_OUT");
            }
            leave();
        }

        private void leave() {
            clients.remove(this);
            stopWaiting();
            jobs.values().stream().filter(job -> job.holder == this).forEach(job -> job.become("ready"));
            serve();
        }

        private void read(ByteBuffer data) {
            input.append(ISO_8859_1.decode(data));
            while (!waiting && runNext()) { }
        }

        private boolean runNext() {
            int end = input.indexOf("\r\n");
            if (end < 0) {
                return false;
            }
            String[] words = input.substring(0, end).split(" ");
            int size = end + 2;
            String body = null;
            if (words[0].equals("put")) {
                int length = Integer.parseInt(words[4]);
                if (input.length() < size + length + 2) {
                    return false;
                }
                body = input.substring(size, size + length);
                size += length + 2;
            }
            commands.add(number + " " + input.substring(0, end));
            input.delete(0, size);
            run(words, body);
            return true;
        }

        private void run(String[] words, String body) {
            String argument = words.length > 1 ? words[1] : "";
            switch (words[0]) {
                case "put" -> put(words, body);
                case "use" -> answer("USING " + (used = argument));
                case "watch" -> answer("WATCHING " + watch(argument));
                case "ignore" -> {
                    boolean only = watched.equals(Set.of(argument));
                    answer(only ? "NOT_IGNORED" : "WATCHING " + ignore(argument));
                }
                case "reserve-with-timeout" -> reserve(Long.parseLong(argument));
                case "reserve-job" -> reserve(jobs.get(Long.parseLong(argument)));
                case "list-tube-used" -> answer("USING " + used);
                case "list-tubes-watched" -> list(watched);
                case "quit" -> socket.close();
                case "peek", "delete", "release", "bury", "touch", "stats-job", "kick-job" ->
                    ofJob(words, jobs.get(Long.parseLong(argument)));
                default -> answer("UNKNOWN_COMMAND");
            }
        }

        private int watch(String tube) {
            watched.add(tube);
            return watched.size();
        }

        private int ignore(String tube) {
            watched.remove(tube);
            return watched.size();
        }

        private void put(String[] words, String body) {
            if (draining) {
                answer("DRAINING");
                return;
            }
            StoredJob job = new StoredJob();
            job.id = inserted.size() + 1;
            job.tube = used;
            job.priority = Long.parseLong(words[1]);
            job.timeToRun = Long.parseLong(words[3]);
            job.body = body.getBytes(ISO_8859_1);
            jobs.put(job.id, job);
            inserted.put(job.id, body);
            answer("INSERTED " + job.id);
            delay(job, Long.parseLong(words[2]));
        }

        private void ofJob(String[] words, StoredJob job) {
            boolean held = job != null && job.holder == this;
            boolean free = job != null && job.holder == null;
            String answer = "NOT_FOUND";
            switch (words[0]) {
                case "peek" -> answer = job == null ? answer : "FOUND " + job.id + " " + text(job.body);
                case "stats-job" -> answer = job == null ? answer : "OK " + text(("---\nid: " + job.id + "\nstate: " + job.state
                        + "\npri: " + job.priority + "\nttr: " + job.timeToRun + "\nreserves: " + job.reserves + "\n").getBytes(ISO_8859_1));
                case "delete" -> {
                    if (held || free) {
                        job.become("deleted");
                        jobs.remove(job.id);
                        deleted.add(job.id);
                        answer = "DELETED";
                    }
                }
                case "touch" -> {
                    if (held) {
                        startTimeToRun(job);
                        answer = "TOUCHED";
                    }
                }
                case "release" -> {
                    if (held) {
                        job.priority = Long.parseLong(words[2]);
                        delay(job, Long.parseLong(words[3]));
                        answer = "RELEASED";
                    }
                }
                case "bury" -> {
                    if (held) {
                        job.become("buried");
                        answer = "BURIED";
                    }
                }
                default -> {
                    if (free && !job.state.equals("ready")) {
                        delay(job, 0);
                        answer = "KICKED";
                    }
                }
            }
            answer(answer);
        }

        // ---- reserving ----

        private void reserve(StoredJob job) {
            if (job == null || job.holder != null) {
                answer("NOT_FOUND");
            } else {
                hold(job);
            }
        }

        private void reserve(long seconds) {
            waiting = true;
            takeNext();
            if (waiting) {
                timeout = loop.timer(Duration.ofSeconds(seconds), timer -> answerWaiting("TIMED_OUT"));
            }
        }

        private void takeNext() {
            jobs.values().stream().filter(job -> job.state.equals("ready") && watched.contains(job.tube))
                    .min(Comparator.comparing((StoredJob job) -> job.priority).thenComparing(job -> job.id))
                    .ifPresent(job -> {
                        stopWaiting();
                        hold(job);
                        while (!waiting && runNext()) { }
                    });
        }

        private void hold(StoredJob job) {
            job.become("reserved");
            job.holder = this;
            job.reserves++;
            startTimeToRun(job);
            answer("RESERVED " + job.id + " " + text(job.body));
        }

        private void answerWaiting(String word) {
            stopWaiting();
            answer(word);
            while (!waiting && runNext()) { }
        }

        private void stopWaiting() {
            waiting = false;
            if (timeout != null) {
                timeout.cancel();
                timeout = null;
            }
        }

        // ---- answering ----

        private void list(Collection<String> items) {
            answer("OK " + text(("---\n" + items.stream().map(item -> "- " + item + "\n").collect(Collectors.joining())).getBytes(ISO_8859_1)));
        }

        private static String text(byte[] body) {
            return body.length + "\r\n" + new String(body, ISO_8859_1);
        }

        private void answer(String text) {
            socket.write((text + "\r\n").getBytes(ISO_8859_1));
        }
    }
}
