/**
 * The libevent backend. libevent says which descriptors are ready and nothing else; connecting, reading and writing are
 * the system's own calls, because only their caller learns the error number: JNA clears it before every callback, and
 * libevent's buffers tell an error by it alone.
 *
 * <p>Nothing here runs inside libevent: its one callback writes down who is ready, and events are delivered when
 * {@code event_base_loop} has returned, on a stack that is all Java. A native pointer is kept in one place, as a
 * {@code long} that is 0 once it is freed.
 */
@NullMarked
package dev.anyloop.libevent;

import org.jspecify.annotations.NullMarked;
