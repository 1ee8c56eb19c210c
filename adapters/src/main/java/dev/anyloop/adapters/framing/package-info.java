/**
 * Cuts a stream of bytes into frames: lines, what has its length in front, what ends with a delimiter. Bytes in, frames out, without a
 * socket or a clock; {@link dev.anyloop.adapters.FrameReader} puts one on a socket.
 */
@NullMarked
package dev.anyloop.adapters.framing;

import org.jspecify.annotations.NullMarked;
