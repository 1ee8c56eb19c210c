/** Chapter DISC, providers. */
@NullMarked
package dev.anyloop.tck.rules.discovery;

import org.jspecify.annotations.NullMarked;
