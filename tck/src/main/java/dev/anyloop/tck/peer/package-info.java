/** The other ends of connections: blocking sockets with scripts, on threads of their own. */
@NullMarked
package dev.anyloop.tck.peer;

import org.jspecify.annotations.NullMarked;
