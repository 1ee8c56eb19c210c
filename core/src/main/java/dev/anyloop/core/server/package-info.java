/**
 * The life of a listening socket (chapter LISTEN).
 */
@NullMarked
package dev.anyloop.core.server;

import org.jspecify.annotations.NullMarked;
