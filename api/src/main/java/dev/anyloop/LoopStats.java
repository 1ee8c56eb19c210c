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
 * @param busy how long the turns so far kept the loop busy, counted by length
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
        BusyTimes busy,
        long bytesIn,
        long bytesOut) {

    /**
     * How long a share of the turns kept the loop busy at most: {@code busyAtMost(0.99)} is the lag that 99 of 100 turns kept within.
     * It is exact to the bucket of {@link BusyTimes#limits()}, and never more than the longest turn.
     *
     * @param share of the turns, from 0 to 1
     * @return the least limit that so many turns were within; zero if there were none
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public Duration busyAtMost(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (give one from 0 to 1, such as 0.99)");
        }
        long wanted = (long) Math.ceil(share * busy.turns());
        long within = 0;
        for (int i = 0; i < BusyTimes.limits().size() && wanted > 0; i++) {
            within += busy.counts().get(i);
            Duration limit = BusyTimes.limits().get(i);
            if (within >= wanted) {
                return limit.compareTo(longestTurn) < 0 ? limit : longestTurn;
            }
        }
        return wanted == 0 ? Duration.ZERO : longestTurn;
    }
}
