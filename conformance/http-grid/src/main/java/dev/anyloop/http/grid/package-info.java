/**
 * Asks servers of HTTP the same, side by side: {@code mvn -q -Phttp-grid} makes {@code docs/http-grid.md}. Each server has the same handler, in
 * the way that server wants it, and its own defaults for all the rest.
 */
@NullMarked
package dev.anyloop.http.grid;

import org.jspecify.annotations.NullMarked;
