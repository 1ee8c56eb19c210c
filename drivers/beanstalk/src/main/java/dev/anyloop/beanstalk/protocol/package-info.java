/**
 * What beanstalkd 1.12 speaks, without a socket and without a clock: bytes go in, and bytes and answers come out. What is known
 * of one connection is a {@link dev.anyloop.beanstalk.protocol.Session}.
 */
@NullMarked
package dev.anyloop.beanstalk.protocol;

import org.jspecify.annotations.NullMarked;
