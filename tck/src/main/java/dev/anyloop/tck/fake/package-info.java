/**
 * A backend in memory, the smallest complete one, with a clock that is moved by hand.
 *
 * <p>It has two uses. Tests of core write a script: they complete a connect, deliver bytes, break an output, hold a close
 * back, and see what the loop makes of it, without a socket and without waiting. And whoever writes a backend finds here
 * what each method of the seam has to do, with nothing of an operating system around it.
 *
 * <pre>{@code
 * FakeEventLoopProvider provider = new FakeEventLoopProvider();
 * EventLoop loop = provider.open(LoopOptions.defaults());
 * Socket socket = loop.connect("10.0.0.1", 80);
 * loop.execute(() -> {
 *     FakeConnection connection = provider.transport().connection(0);
 *     connection.complete();                                  // the loop will see "connect" …
 *     connection.peer().send("hello").end();                  // … then "data", then "end"
 * });
 * loop.run();
 * }</pre>
 *
 * <p>A connect to a port that a server of the same transport listens on is answered by that server; any other waits for
 * the script. When nothing is ready, {@code poll} does not wait but moves the clock to the deadline, so a minute of
 * timeouts takes no time at all.
 */
@NullMarked
package dev.anyloop.tck.fake;

import org.jspecify.annotations.NullMarked;
