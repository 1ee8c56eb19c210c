/** Chapter RES as far as it is about memory: the buffers for what is to be sent. */
@NullMarked
package dev.anyloop.core.buffer;

import org.jspecify.annotations.NullMarked;
