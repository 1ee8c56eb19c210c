/**
 * The seam between the semantics and an engine: a backend is <em>waiting, bytes and handles</em>, and nothing more.
 *
 * <p>A backend implements {@link dev.anyloop.core.transport.Transport}, {@link dev.anyloop.core.transport.Connection}
 * and {@link dev.anyloop.core.transport.Acceptor}; core implements the two interfaces of events. The rules SEAM-001 to
 * SEAM-015 of {@code docs/spec.md} hold for all of them. In short: everything but
 * {@link dev.anyloop.core.transport.Transport#wakeup} runs on the loop thread, and events are delivered only inside
 * {@link dev.anyloop.core.transport.Transport#poll}. A backend needs no state machine beyond the engine's own.
 */
@NullMarked
package dev.anyloop.core.transport;

import org.jspecify.annotations.NullMarked;
