/**
 * The turning of a loop: the order of things, tasks, deferred work, and how user code is called (chapters LOOP, ORDER and
 * THREAD). {@link dev.anyloop.core.turn.Loop} is what the packages above build on; sockets, servers and timers are known
 * here only as handles, deadlines and something to flush.
 */
@NullMarked
package dev.anyloop.core.turn;

import org.jspecify.annotations.NullMarked;
