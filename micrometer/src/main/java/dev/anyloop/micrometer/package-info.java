/** The figures of loops as meters of Micrometer: {@link dev.anyloop.micrometer.LoopMetrics}. */
@NullMarked
package dev.anyloop.micrometer;

import org.jspecify.annotations.NullMarked;
