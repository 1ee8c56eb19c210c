/**
 * The backend over the JDK's own selectors, and the one to read first. A {@link dev.anyloop.nio.NioTransport} is one
 * selector; each key's attachment is a {@link dev.anyloop.nio.NioHandle}: a {@link dev.anyloop.nio.NioConnection} or a
 * {@link dev.anyloop.nio.NioAcceptor}.
 */
@NullMarked
package dev.anyloop.nio;

import org.jspecify.annotations.NullMarked;
