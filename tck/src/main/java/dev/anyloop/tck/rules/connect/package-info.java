/** Chapter CONN, connecting. */
@NullMarked
package dev.anyloop.tck.rules.connect;

import org.jspecify.annotations.NullMarked;
