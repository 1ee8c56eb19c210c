/**
 * A network in a test: hosts with ordinary loops, a TCP in small between them, virtual time, faults, and a seed.
 * {@link dev.anyloop.sim.Simulation} is where to begin.
 */
@NullMarked
package dev.anyloop.sim;

import org.jspecify.annotations.NullMarked;
