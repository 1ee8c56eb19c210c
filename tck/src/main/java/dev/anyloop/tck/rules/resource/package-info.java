/** Chapter RES, resources. */
@NullMarked
package dev.anyloop.tck.rules.resource;

import org.jspecify.annotations.NullMarked;
