/**
 * The arithmetic of TLS for tests on simulated hosts, where nothing waits and no stranger listens: it is most of what a processor
 * would do there, and the JDK's own. Both ends of each connection are in this process.
 */
@NullMarked
package dev.anyloop.sim.crypto;

import org.jspecify.annotations.NullMarked;
