/**
 * TLS: a connection over a connection (chapter TLS). What is below it, an engine's connection, knows nothing of it, and what is
 * above it sees a connection like any other.
 */
@NullMarked
package dev.anyloop.core.tls;

import org.jspecify.annotations.NullMarked;
