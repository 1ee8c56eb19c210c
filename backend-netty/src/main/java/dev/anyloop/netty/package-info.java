/**
 * The backend over Netty's channels. A {@link dev.anyloop.netty.NettyTransport} is one of Netty's event loops, driven
 * by the thread that owns it, so that there is no Netty thread; a {@link dev.anyloop.netty.NettyConnection} or a
 * {@link dev.anyloop.netty.NettyAcceptor} is the handler of one channel. What differs between Netty's transports, and
 * only that, is in an {@link dev.anyloop.netty.Engine}.
 */
@NullMarked
package dev.anyloop.netty;

import org.jspecify.annotations.NullMarked;
