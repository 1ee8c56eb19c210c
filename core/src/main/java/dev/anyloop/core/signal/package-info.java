/** Signals of the process, as callbacks of loops (chapter SIGNAL). No engine knows of them. */
@NullMarked
package dev.anyloop.core.signal;

import org.jspecify.annotations.NullMarked;
