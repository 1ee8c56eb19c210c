/**
 * From a name to a connection: look-up, addresses, attempts (chapter CONN).
 */
@NullMarked
package dev.anyloop.core.connect;

import org.jspecify.annotations.NullMarked;
