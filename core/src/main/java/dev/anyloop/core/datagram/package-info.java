/**
 * Datagram sockets (chapter DGRAM).
 */
@NullMarked
package dev.anyloop.core.datagram;

import org.jspecify.annotations.NullMarked;
