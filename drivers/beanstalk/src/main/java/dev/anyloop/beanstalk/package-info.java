/**
 * A client of beanstalkd, the work queue, version 1.12.
 *
 * <p>{@link dev.anyloop.beanstalk.BeanstalkClient} has the commands, {@link dev.anyloop.beanstalk.BeanstalkWorker} works on jobs,
 * so many at a time. Everything belongs to the thread of the loop that it was made with, elsewhere it throws
 * {@link java.lang.IllegalStateException}; every callback runs on that thread, and never inside the call that caused it. What the
 * server or the network does comes by callback, misuse is thrown at the call: ORDER-010, as in all of Anyloop. What a callback
 * throws goes to {@link dev.anyloop.EventLoop#onUncaught}, and harms no other callback.
 */
@NullMarked
package dev.anyloop.beanstalk;

import org.jspecify.annotations.NullMarked;
