/**
 * Everything a user of Anyloop can notice, decided once for all backends: the order of a turn, timers, timeouts, write
 * queues, half-close, close exactly once, error kinds, and who catches exceptions. Backend authors need
 * {@link dev.anyloop.core.Loops#open} from here, simulations {@link dev.anyloop.core.Loops#stepped}. This package puts the
 * parts together; each part has a package of its own below it, and what is public in those is so for each other: the module
 * exports only this one and the seam.
 */
@NullMarked
package dev.anyloop.core;

import org.jspecify.annotations.NullMarked;
