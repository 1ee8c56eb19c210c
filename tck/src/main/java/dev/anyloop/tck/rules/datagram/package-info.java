/** Chapter DGRAM. */
@NullMarked
package dev.anyloop.tck.rules.datagram;

import org.jspecify.annotations.NullMarked;
