/** The kit without a build. */
@NullMarked
package dev.anyloop.tck.cli;

import org.jspecify.annotations.NullMarked;
