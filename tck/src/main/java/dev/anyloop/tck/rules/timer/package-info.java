/** Chapter TIMER, timers and intervals. */
@NullMarked
package dev.anyloop.tck.rules.timer;

import org.jspecify.annotations.NullMarked;
