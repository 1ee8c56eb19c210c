/**
 * What the inside of a turn costs, without an engine: {@code mvn -q -Pjmh}. Run on core's seam, because the figures are
 * core's own.
 */
@NullMarked
package dev.anyloop.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
