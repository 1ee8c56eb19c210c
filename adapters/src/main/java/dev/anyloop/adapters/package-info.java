/**
 * What Java programmers expect around a loop: {@link dev.anyloop.adapters.Futures futures},
 * {@link dev.anyloop.adapters.SocketFlow streams} of {@code java.util.concurrent.Flow},
 * {@link dev.anyloop.adapters.BlockingSocket blocking sockets}, a
 * {@link dev.anyloop.adapters.LoopScheduler ScheduledExecutorService}, and {@link dev.anyloop.adapters.FrameReader frames} instead of chunks.
 *
 * <p>All of it is written with the API alone, so it runs on every backend and on simulated hosts.
 */
@NullMarked
package dev.anyloop.adapters;

import org.jspecify.annotations.NullMarked;
