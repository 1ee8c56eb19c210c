/**
 * What HTTP/1.1 is on the wire, without a socket and without a clock: bytes go in, and events come out, or a
 * {@link dev.anyloop.http.protocol.MalformedException} with the {@link dev.anyloop.http.protocol.Rule} that was broken. Strict, but for
 * a named {@link dev.anyloop.http.protocol.Leniency}; bounded, by {@link dev.anyloop.http.protocol.Limits}. Nothing here is for several
 * threads at once.
 */
@NullMarked
package dev.anyloop.http.protocol;

import org.jspecify.annotations.NullMarked;
