/** Chapter TLS, connections that are secured. */
@NullMarked
package dev.anyloop.tck.rules.tls;

import org.jspecify.annotations.NullMarked;
