package dev.anyloop.beanstalk;

/**
 * A job that the server has taken.
 *
 * @param id its id, unique on its server
 * @param buried whether it was buried at once, because the server had no memory to queue it: it is kept, and waits for a kick
 */
public record Inserted(long id, boolean buried) {}
