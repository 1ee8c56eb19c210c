package dev.anyloop;

import java.time.Duration;

/**
 * Figures of a loop, read by {@link EventLoop#stats()} from any thread. Each is right at some moment during that
 * call.
 *
 * @param connectingSockets sockets that resolve or connect, those that shake hands for TLS included
 * @param openSockets sockets that are connected, half-open ones included
 * @param closingSockets sockets that flush, linger or wait for their release
 * @param servers listening servers
 * @param datagramSockets datagram sockets, those that wait for their release included
 * @param timers timers that have not fired yet, intervals included
 * @param signals signals listened to
 * @param queuedTasks tasks submitted and not yet run
 * @param holds holds not yet released
 * @param turns turns of the loop so far
 * @param longestTurn the longest time one turn kept the loop from waiting
 * @param bytesIn bytes received so far, in datagrams too
 * @param bytesOut bytes handed to the kernel so far, in datagrams too
 */
public record LoopStats(
        int connectingSockets,
        int openSockets,
        int closingSockets,
        int servers,
        int datagramSockets,
        int timers,
        int signals,
        int queuedTasks,
        int holds,
        long turns,
        Duration longestTurn,
        long bytesIn,
        long bytesOut) {}
