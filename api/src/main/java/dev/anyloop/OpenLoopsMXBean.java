package dev.anyloop;

/**
 * The loops of this process for tools that speak JMX, such as jconsole (WATCH-006). It is there while a loop is open, if
 * {@link OpenLoops#registerMXBean()} or {@code -Danyloop.jmx=true} has asked for it.
 */
public interface OpenLoopsMXBean {

    /**
     * The object name. Further copies of the library, in class loaders of their own, have {@code ,copy=2} and so on behind it.
     */
    String NAME = "dev.anyloop:type=OpenLoops";

    /**
     * How many loops are open.
     *
     * @return at least 1; or 0, if the last one was forgotten without being closed and none was opened or closed since
     */
    int getCount();

    /**
     * What {@link OpenLoops#describe()} tells.
     *
     * @return a few lines for each loop
     */
    String getText();

    /**
     * What {@link OpenLoops#describeAsJson()} tells.
     *
     * @return an object of JSON
     */
    String getJson();
}
