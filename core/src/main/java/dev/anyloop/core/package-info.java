/**
 * Everything a user of Anyloop can notice, decided once for all backends: the order of a turn, timers, timeouts, write
 * queues, half-close, close exactly once, error kinds, and who catches exceptions. Backend authors need
 * {@link dev.anyloop.core.Loops#open} from here; the rest is package-private.
 */
@NullMarked
package dev.anyloop.core;

import org.jspecify.annotations.NullMarked;
