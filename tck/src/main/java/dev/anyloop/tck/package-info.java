/**
 * The conformance kit. A backend's tests extend {@link dev.anyloop.tck.EventLoopTck} and
 * {@link dev.anyloop.tck.TransportTck}; tests of its own may cite rules with {@link dev.anyloop.tck.Rule}.
 *
 * <p>Tests run on this machine; a backend whose network is not the machine's brings a {@link dev.anyloop.tck.World}.
 *
 * <p>The rules are in {@code dev.anyloop.tck.rules}, a package for each chapter of {@code docs/spec.md}; how to write
 * one is told there.
 */
@NullMarked
package dev.anyloop.tck;

import org.jspecify.annotations.NullMarked;
