/** What a backend implements so that {@link dev.anyloop.EventLoop#open()} finds it. */
@NullMarked
package dev.anyloop.spi;

import org.jspecify.annotations.NullMarked;
