/** Chapter LISTEN, servers. */
@NullMarked
package dev.anyloop.tck.rules.listen;

import org.jspecify.annotations.NullMarked;
