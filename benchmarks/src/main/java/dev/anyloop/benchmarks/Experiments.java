package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is measured, in the order of the report. */
final class Experiments {

    static final String PING_1 = "ping-1";
    static final String PING_16 = "ping-16";
    static final String EACH_16 = "each-16";
    static final String ECHO = "echo-64k";
    static final String ACCEPT = "accept";
    static final String PING_PONG = "ping-pong";
    static final String IDLE = "idle";
    static final String CALLS = "calls";
    static final String REDIS = "redis";
    static final String TIMERS = "timers";
    static final String TASKS = "tasks";
    static final String BROADCAST = "broadcast";
    static final String PENDING = "pending";

    private static final Map<String, String> TITLES_OF_INNER = Map.of(
            TIMERS, "1,000,000 timers added and cancelled",
            TASKS, "execute() from 8 threads",
            PENDING, "1,000 sockets with 5 bytes pending each");

    private Experiments() {}

    static List<Experiment> onServers(Settings settings) {
        Exchange ping1 = new Exchange(PING_1, "PING, 50 connections, pipeline 1", Mode.PING, 50, 1, 0);
        List<Experiment> all = new ArrayList<>(List.of(
                ping1,
                new Exchange(PING_16, "PING, 50 connections, pipeline 16", Mode.PING, 50, 16, 0),
                new Exchange("ping-1-500", "PING, 500 connections, pipeline 1", Mode.PING, 500, 1, 0),
                new Exchange(PING_PONG, "PING, one connection, pipeline 1", Mode.PING, 1, 1, 0),
                new ShortLives(ACCEPT, "connect, PING, close, 20 at a time", 20),
                new Multitude(IDLE, "PING, 50 connections among " + settings.idle() + " idle ones", ping1),
                new Exchange(EACH_16, "PING, 50 connections, pipeline 16, one write per reply", Mode.EACH, 50, 16, 0),
                new Exchange(ECHO, "echo of 64 KiB, 50 connections", Mode.ECHO, 50, 1, 64 * 1024),
                new Broadcast(BROADCAST, "1 KiB to each of 5,000 connections", 5_000)));
        if (Tools.has("strace")) {
            all.add(new SystemCalls(CALLS, "system calls of PING, 50 connections, pipeline 1", ping1));
        }
        if (Tools.has("redis-benchmark")) {
            all.add(new RedisBenchmark(REDIS, "PING, 50 connections, pipeline 1, by redis-benchmark", 50));
        }
        return all;
    }

    /** Measured without a server, by the name that its program knows. */
    static List<String> inLoops() {
        return List.of(TIMERS, TASKS, PENDING);
    }

    /** Netty writes nothing before it is connected, so it has nothing pending as this is measured. */
    static boolean isInLoopOf(Candidate candidate, String name) {
        return candidate.ours() || (candidate.name().equals(Candidates.NETTY + "nio") && !name.equals(PENDING));
    }

    static String titleOfInner(String name) {
        return TITLES_OF_INNER.get(name);
    }
}
