package dev.anyloop.beanstalk;

/**
 * A job as the server shows it, without reserving it: what {@code peek} finds.
 *
 * @param id its id, unique on its server
 * @param body its bytes, for the receiver to keep
 */
public record Job(long id, byte[] body) {}
