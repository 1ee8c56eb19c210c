/**
 * The simulated network: {@link dev.anyloop.sim.net.Machine} is the system of a host, {@link dev.anyloop.sim.net.TcpEnd} a
 * TCP in small, {@link dev.anyloop.sim.net.Network} what carries its segments. It has no thread and no clock but
 * {@link dev.anyloop.sim.net.Schedule}, and knows nothing of loops.
 */
@NullMarked
package dev.anyloop.sim.net;

import org.jspecify.annotations.NullMarked;
