/**
 * What is the same for every connection of every engine: how addresses are read and written, and which
 * kind a failure has (chapter ERR).
 */
@NullMarked
package dev.anyloop.core.net;

import org.jspecify.annotations.NullMarked;
