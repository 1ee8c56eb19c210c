/** What a loop does without a network: timers, and tasks from other threads. */
@NullMarked
package dev.anyloop.benchmarks.inner;

import org.jspecify.annotations.NullMarked;
