package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is measured, in the order of the report. */
final class Experiments {

    static final String PING_1 = "ping-1";
    static final String PING_16 = "ping-16";
    static final String PING_1_500 = "ping-1-500";
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
    static final String DATAGRAMS_1 = "datagrams-1";
    static final String DATAGRAMS_4 = "datagrams-4";
    static final String TLS_1 = "tls-1";
    static final String TLS_16 = "tls-16";
    static final String TLS_64K = "tls-64k";
    static final String TLS_FULL = "tls-full";
    static final String TLS_RESUMED = "tls-resumed";
    static final String TLS_IDLE = "tls-idle";
    static final String TLS_BEYOND = "tls-beyond";
    static final String PENDING = "pending";
    static final String HTTP_1 = "http-1";
    static final String HTTP_16 = "http-16";
    static final String HTTP_IDLE = "http-idle";
    static final String HTTP_BEYOND = "http-beyond";
    static final String PATH_1 = "path-1";
    static final String PATH_REDIS = "path-redis";
    static final String PATH_CALLS = "path-calls";

    private static final Map<String, String> TITLES_OF_INNER = Map.of(
            TIMERS, "1,000,000 timers added and cancelled",
            TASKS, "execute() from 8 threads",
            PENDING, "1,000 sockets with 5 bytes pending each");

    /** Each shakes hands in full. */
    private static final int MOST_IDLE_OVER_TLS = 2_000;

    private Experiments() {}

    static List<Experiment> onServers(Settings settings) {
        Exchange ping1 = new Exchange(PING_1, "PING, 50 connections, pipeline 1", Service.plain(Mode.PING), 50, 1, 0);
        Exchange path1 = new Exchange(PATH_1, "PING at a path, 50 connections, pipeline 1", Service.atPath(Mode.PING), 50, 1, 0);
        List<Experiment> all = new ArrayList<>(List.of(
                ping1,
                new Exchange(PING_16, "PING, 50 connections, pipeline 16", Service.plain(Mode.PING), 50, 16, 0),
                new Exchange(PING_1_500, "PING, 500 connections, pipeline 1", Service.plain(Mode.PING), 500, 1, 0),
                new Exchange(PING_PONG, "PING, one connection, pipeline 1", Service.plain(Mode.PING), 1, 1, 0),
                new ShortLives(ACCEPT, "connect, PING, close, 20 at a time", Service.plain(Mode.PING), "churn", 20),
                new Multitude(IDLE, "PING, 50 connections among " + settings.idle() + " idle ones", ping1, settings.idle()),
                new Exchange(EACH_16, "PING, 50 connections, pipeline 16, one write per reply", Service.plain(Mode.EACH), 50, 16, 0),
                new Exchange(ECHO, "echo of 64 KiB, 50 connections", Service.plain(Mode.ECHO), 50, 1, 64 * 1024),
                new Broadcast(BROADCAST, "1 KiB to each of 5,000 connections", 5_000),
                new Exchange(DATAGRAMS_1, "datagrams of 64 bytes echoed, 50 sockets, one of each at a time", Service.plain(Mode.DATAGRAM), 50, 1, 64),
                new Exchange(DATAGRAMS_4, "datagrams of 64 bytes echoed, 50 sockets, four of each at a time", Service.plain(Mode.DATAGRAM), 50, 4, 64),
                new AtPath(PATH_1, "PING at a path beside TCP, 50 connections, pipeline 1", ping1, path1)));
        all.addAll(inHttp(settings.idle()));
        all.addAll(overTls(Math.min(settings.idle(), MOST_IDLE_OVER_TLS)));
        if (Tools.has("strace")) {
            all.add(new SystemCalls(CALLS, "system calls of PING, 50 connections, pipeline 1", ping1));
            all.add(new SystemCalls(PATH_CALLS, "system calls of PING at a path, 50 connections, pipeline 1", path1));
        }
        if (Tools.has("redis-benchmark")) {
            RedisBenchmark redis = new RedisBenchmark(
                    REDIS, "PING, 50 connections, pipeline 1, by redis-benchmark", Service.plain(Mode.PING), 50);
            all.add(redis);
            all.add(new AtPath(PATH_REDIS, "PING at a path beside TCP, 50 connections, pipeline 1, by redis-benchmark", redis,
                    new RedisBenchmark(PATH_REDIS, "the same at a path", Service.atPath(Mode.PING), 50)));
        }
        return all;
    }

    private static List<Experiment> overTls(int idle) {
        Service ping = Service.secure(Mode.PING);
        Exchange one = new Exchange(TLS_1, "TLS 1.3: PING, 50 connections, pipeline 1", ping, 50, 1, 0);
        return List.of(
                one,
                new Exchange(TLS_16, "TLS 1.3: PING, 50 connections, pipeline 16", ping, 50, 16, 0),
                new ShortLives(TLS_FULL, "TLS 1.3: connect, full handshake, PING, close, 20 at a time", ping, "churn", 20),
                new ShortLives(TLS_RESUMED, "TLS 1.3: connect, resumed session, PING, close, 20 at a time", ping, "resume", 20),
                new Multitude(TLS_IDLE, "TLS 1.3: PING, 50 connections among " + idle + " idle ones", one, idle),
                new Exchange(TLS_64K, "TLS 1.3: echo of 64 KiB, 50 connections", Service.secure(Mode.ECHO), 50, 1, 64 * 1024));
    }

    private static List<Experiment> inHttp(int idle) {
        Service hello = Service.plain(Mode.HTTP);
        Exchange one = new Exchange(HTTP_1, "HTTP: 13 bytes of text for ten fields, 50 connections, pipeline 1", hello, 50, 1, 0);
        return List.of(
                one,
                new Exchange(HTTP_16, "HTTP: the same, pipeline 16", hello, 50, 16, 0),
                new Multitude(HTTP_IDLE, "HTTP: the same, pipeline 1, 50 connections among " + idle + " idle ones", one, idle));
    }

    /** Of the difference between others. */
    static String titleOfHttpBeyond() {
        return "HTTP: heap of an idle connection, beyond a socket's";
    }

    /** Of the differences between others. */
    static String titleOfBeyond() {
        return "TLS 1.3: heap of an idle connection, beyond the same in plain and beyond the JDK's engine, which is what TLS costs "
                + Candidates.JAVA_NIO;
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
