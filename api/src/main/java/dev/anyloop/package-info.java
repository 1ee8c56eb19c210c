/**
 * One small event-loop API; the engine behind it is chosen by what is on the class path.
 *
 * <p>Start at {@link dev.anyloop.EventLoop}. Everything except the handful of members that say
 * otherwise belongs to the thread that opened the loop, and every callback runs on that thread,
 * never inside the call that caused it. Rule numbers in this documentation, such as
 * {@code CONN-001}, refer to {@code docs/spec.md}.
 */
@NullMarked
package dev.anyloop;

import org.jspecify.annotations.NullMarked;
